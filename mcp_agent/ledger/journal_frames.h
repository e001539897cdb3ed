// How records lie in the journal's file: each as a frame of a magic word, the length of the payload and 8 bytes of its
// SHA-256, then the payload. A damaged frame is stepped over by looking for the next one that is whole. Pure.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_JOURNAL_FRAMES_H_
#define SPECRELAY_MCP_AGENT_LEDGER_JOURNAL_FRAMES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "journal_record.pb.h"

namespace specrelay {

// `record` as a frame.
std::string EncodeJournalFrame(const ledger::JournalRecord& record);

struct JournalFrame {
  ledger::JournalRecord record;
  size_t offset = 0;  // of the frame in the scanned text
  size_t length = 0;  // of the whole frame
};

struct JournalScan {
  std::vector<JournalFrame> frames;
  // Bytes at the end that begin a frame and lack the rest, as an append that a crash cut short leaves them.
  size_t torn_bytes = 0;
  // Bytes elsewhere that belong to no whole frame: damage.
  size_t damaged_bytes = 0;
};

JournalScan ScanJournal(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_JOURNAL_FRAMES_H_
