"""Bugs that a simulation must find, each a small change of a source."""

SEEDED_BUGS = {
    # A resent write is executed again.
    "forgets_dedup": {
        "file": "//mcp_agent/ledger:ledger.cc",
        "before": "if (known->has_value()) {",
        "after": "if (false) {",
    },
    # A write is acknowledged before its record survives a power cut.
    "acknowledges_before_sync": {
        "file": "//mcp_agent/ledger:ledger.cc",
        "before": "return journal_.Append(lock, group.record(), Journal::Durability::kPowerCut);",
        "after": "return journal_.Append(lock, group.record(), Journal::Durability::kProcessEnd);",
    },
    # The audit is put aside and gone on with in a new file before its end survives a power cut.
    "puts_aside_unsynced": {
        "file": "//mcp_agent/ledger:audit_log.cc",
        "before": "absl::Status done = tree_.Sync(lock, {kAuditFile});",
        "after": "absl::Status done;",
    },
    # A write is recorded before the content that it needs survives a power cut.
    "records_before_content": {
        "file": "//mcp_agent/ledger:ledger.cc",
        "before": "RETURN_IF_ERROR(tree_.Sync(lock, staged));",
        "after": "",
    },
    # A write is acknowledged before its files survive a power cut in their places.
    "acknowledges_before_placing": {
        "file": "//mcp_agent/ledger:effects.cc",
        "before": "RETURN_IF_ERROR(CarryOutOne(tree, lock, effect));\n  return SyncEffects(tree, lock, effects);",
        "after": "RETURN_IF_ERROR(CarryOutOne(tree, lock, effect));\n  return absl::OkStatus();",
    },
    # What a crash cut off is never completed.
    "skips_recovery": {
        "file": "//mcp_agent/ledger:ledger.cc",
        "before": "if (!LaterWritesWereLost()) RETURN_IF_ERROR(CompleteLast(lock));",
        "after": "",
    },
    # What another process of the machine left unfinished is taken for finished.
    "trusts_other_processes": {
        "file": "//mcp_agent/ledger:ledger.cc",
        "before": "if (foreign) last_completed_ = false;",
        "after": "",
    },
    # Recovery overwrites what a person has written since.
    "overwrites_later_edits": {
        "file": "//mcp_agent/ledger:effects.cc",
        "before": "return hash == write.before_hash() ? Progress::kPending : Progress::kSuperseded;",
        "after": "return Progress::kPending;",
    },
    # What is staged for a void write goes before the journal says that it is void.
    "discards_before_voiding": {
        "file": "//mcp_agent/ledger:effects.cc",
        "before": "if (any_superseded && !any_done) return Resumption::kVoid;",
        "after": "if (any_superseded && !any_done) {\n    Abandon(tree, lock, effects);\n    return Resumption::kVoid;\n  }",
    },
    # A write is applied whatever it was based on.
    "ignores_base_hash": {
        "file": "//mcp_agent/specs:conditional_write.cc",
        "before": "return *base_hash == current->hash ? absl::OkStatus()",
        "after": "return true ? absl::OkStatus()",
    },
    # A command whose agent was lost is said to have failed.
    "calls_lost_failed": {
        "file": "//relay:relay_delivery.cc",
        "before": "command.progress.SetInDoubt();",
        "after": "",
    },
    # A command that was not answered in time is said to have failed.
    "calls_overdue_failed": {
        "file": "//relay:relay_delivery.cc",
        "before": "\"again with the same request id\"),\n               v1::COMMAND_STATE_UNKNOWN, effects);",
        "after": "\"again with the same request id\"),\n               v1::COMMAND_STATE_FAILED, effects);",
    },
    # The relay goes on with another agent's events without asking for what it missed.
    "misses_state": {
        "file": "//relay:relay_events.cc",
        "before": "if (primary != nullptr) RequestStateLocked(*primary, effects);",
        "after": "",
    },
    # An agent that has lost the relay does not try again.
    "never_reconnects": {
        "file": "//mcp_agent/link:relay_link.cc",
        "before": "void RelayLink::RetryLocked(Effects& effects) {\n",
        "after": "void RelayLink::RetryLocked(Effects& effects) {\n  return;\n",
    },
    # An agent does not notice that a relay has fallen silent.
    "trusts_silent_relay": {
        "file": "//mcp_agent/link:relay_link.cc",
        "before": "CancelStreamLocked(\"the relay was silent for three heartbeats\", effects);",
        "after": "",
    },
    # Writes that waited are sent last first.
    "replays_backwards": {
        "file": "//relay:relay_waiting.cc",
        "before": "RETURN_IF_ERROR(PushLocked(command, command.number));",
        "after": "RETURN_IF_ERROR(PushLocked(command, ~command.number));",
    },
    # A write that waited is no longer conditional.
    "replays_without_base_hash": {
        "file": "//relay:relay_delivery.cc",
        "before": "*frame.mutable_command() = *command.delivery;",
        "after": "*frame.mutable_command() = *command.delivery;\n    if (command.queued && frame.command().command().has_file_write()) {\n      frame.mutable_command()->mutable_command()->mutable_file_write()->clear_base_hash();\n    }",
    },
    # What its author wrote is gone with the conflict.
    "drops_conflict": {
        "file": "//relay:relay_delivery.cc",
        "before": "queue_->KeepConflict(command.account, command.request_id, std::move(kept), commands_.last_number());",
        "after": "queue_->Remove(command.account, command.request_id);",
    },
    # A write that was said to have expired is sent all the same.
    "sends_what_has_expired": {
        "file": "//relay:relay_delivery.cc",
        "before": "if (command.is_sent()) {",
        "after": "if (command.state() == v1::COMMAND_STATE_EXPIRED) return;\n  if (command.state() == v1::COMMAND_STATE_QUEUED) {\n    return TransitionLocked(command, v1::COMMAND_STATE_EXPIRED, \"\", effects);\n  }\n  {",
    },
    # A write leaves the queue when it is sent, not when it has ended.
    "unqueues_at_sending": {
        "file": "//relay:relay_waiting.cc",
        "before": "queue_->SetUnderWay(project.first, request_id, true);",
        "after": "queue_->Remove(project.first, request_id);",
    },
    # A later write of a document does not wait for the decision about a conflict.
    "overtakes_conflict": {
        "file": "//relay:memory_offline_queue.cc",
        "before": "if (!write.conflict.has_value() && held_by == nullptr) next = &write;",
        "after": "if (!write.conflict.has_value()) next = &write;",
    },
    # The queue takes any number of commands.
    "queues_without_bound": {
        "file": "//relay:room_book.cc",
        "before": "if (used.commands + 1 > limit.commands) {",
        "after": "if (false) {",
    },
    # What waits does so for ever.
    "never_expires": {
        "file": "//relay:relay_waiting.cc",
        "before": "commands_.SetDeadline(command, command.expires_at);\n      break;",
        "after": "commands_.SetDeadline(command, absl::InfiniteFuture());\n      break;",
    },
    # What waits expires like what was sent.
    "expires_early": {
        "file": "//relay:relay_waiting.cc",
        "before": "commands_.SetDeadline(command, command.expires_at);\n      break;",
        "after": "break;",
    },
    # A write that was taken back is taken again from whoever has not heard of that.
    "takes_again_what_was_taken_back": {
        "file": "//relay:relay_commands.cc",
        "before": "if (ended != nullptr && ended->state() == v1::COMMAND_STATE_CANCELLED) return FromCommandError(ended->error());",
        "after": "",
    },
}
