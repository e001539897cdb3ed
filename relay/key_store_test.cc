#include "relay/key_store.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/api_key.h"
#include "relay/key_admin.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class KeyStoreTest : public testing::Test {
 protected:
  CreatedKey Create(const KeySpec& spec) {
    absl::StatusOr<CreatedKey> created = CreateKey(file_.path(), spec, clock_);
    EXPECT_THAT(created, IsOk());
    return created.ok() ? *std::move(created) : CreatedKey();
  }
  CreatedKey Create(absl::string_view name) {
    KeySpec spec;
    spec.name = std::string(name);
    spec.role = Role::kUser;
    spec.account = "acme";
    return Create(spec);
  }
  std::unique_ptr<KeyStore> Open() {
    absl::StatusOr<std::unique_ptr<KeyStore>> store = KeyStore::Open(file_.path(), clock_);
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }

  const ScratchKeysFile file_;
  FakeClock clock_;
};

auto IsUnauthenticated(const std::string& what) {
  return IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr(what));
}

TEST_F(KeyStoreTest, AKnownKeyTellsWhoseItIs) {
  KeySpec spec;
  spec.name = "build server";
  spec.role = Role::kViewer;
  spec.account = "acme";
  spec.project_scopes = {"p1", "p2"};
  const CreatedKey created = Create(spec);
  const auto store = Open();
  ASSERT_OK_AND_ASSIGN(const Principal principal, store->Authenticate(created.key));
  EXPECT_EQ(principal.account, "acme");
  EXPECT_EQ(principal.role, Role::kViewer);
  EXPECT_EQ(principal.key_id, created.record.principal.key_id);
  EXPECT_EQ(principal.key_name, "build server");
  EXPECT_THAT(principal.project_scopes, ElementsAre("p1", "p2"));
}

TEST_F(KeyStoreTest, NoKeyIsToldHowToSendOne) {
  Create("laptop");
  EXPECT_THAT(Open()->Authenticate(""), IsUnauthenticated("authorization: Bearer"));
}

TEST_F(KeyStoreTest, AMalformedKeyIsToldToBeCopiedWholeAndIsNotRepeated) {
  const CreatedKey created = Create("laptop");
  const auto store = Open();
  for (const std::string& key :
       {created.key.substr(0, 52), created.key + "x", std::string("srk_secret"), std::string("\xff\0\n", 3)}) {
    const auto result = store->Authenticate(key);
    EXPECT_THAT(result, IsUnauthenticated("malformed"));
    EXPECT_THAT(std::string(result.status().message()), Not(HasSubstr(key)));
  }
}

TEST_F(KeyStoreTest, AnUnknownKeyIsRefusedAndNotRepeated) {
  Create("laptop");
  const std::string unknown = GenerateApiKey();
  const auto result = Open()->Authenticate(unknown);
  EXPECT_THAT(result, IsUnauthenticated("unknown"));
  EXPECT_THAT(std::string(result.status().message()), Not(HasSubstr(unknown.substr(0, 10))));
}

TEST_F(KeyStoreTest, TheStoredHashIsNoKey) {
  const CreatedKey created = Create("laptop");
  EXPECT_THAT(Open()->Authenticate(created.record.hash), IsUnauthenticated("malformed"));
}

TEST_F(KeyStoreTest, ARevokedKeyIsRefusedAndSaysSo) {
  const CreatedKey created = Create("laptop");
  ASSERT_THAT(RevokeKeyByName(file_.path(), "laptop", clock_), IsOk());
  const auto store = Open();
  EXPECT_THAT(store->Authenticate(created.key), IsUnauthenticated("was revoked"));
  EXPECT_FALSE(store->IsLive(created.record.principal.key_id));
}

TEST_F(KeyStoreTest, AKeyExpiresAtItsTimeWithoutAnyReload) {
  KeySpec spec;
  spec.name = "guest";
  spec.account = "acme";
  spec.lifetime = absl::Hours(1);
  const CreatedKey created = Create(spec);
  const auto store = Open();
  clock_.Advance(absl::Hours(1) - absl::Milliseconds(1));
  ASSERT_OK_AND_ASSIGN(const Principal principal, store->Authenticate(created.key));
  EXPECT_TRUE(store->StillGrants(principal));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(store->Authenticate(created.key), IsUnauthenticated("expired at 2023-11-14T23:13:20.000Z"));
  EXPECT_FALSE(store->IsLive(principal.key_id));
  EXPECT_FALSE(store->StillGrants(principal));
}

TEST_F(KeyStoreTest, AnAccountSeesItsOwnKeysAndNoHash) {
  const CreatedKey first = Create("zebra");
  KeySpec other;
  other.name = "stranger";
  other.account = "other";
  Create(other);
  const CreatedKey revoked = Create("ant");
  ASSERT_THAT(RevokeKeyById(file_.path(), revoked.record.principal.key_id, clock_), IsOk());
  const std::vector<KeyRecord> keys = Open()->KeysOf("acme");
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].principal.key_id, first.record.principal.key_id);
  EXPECT_FALSE(keys[0].revoked_at.has_value());
  EXPECT_EQ(keys[1].principal.key_name, "ant");
  EXPECT_TRUE(keys[1].revoked_at.has_value());
  EXPECT_EQ(keys[0].hash + keys[1].hash, "");
  EXPECT_THAT(Open()->KeysOf("nobody"), IsEmpty());
}

TEST_F(KeyStoreTest, OpeningFailsClearlyWhenThereIsNoUsableFile) {
  EXPECT_THAT(KeyStore::Open(file_.path(), clock_), HasCode(absl::StatusCode::kNotFound));
  file_.Write("");
  EXPECT_THAT(KeyStore::Open(file_.path(), clock_), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("no JSON")));
  file_.Write("{\"keys\":[]}", 0644);
  EXPECT_THAT(KeyStore::Open(file_.path(), clock_),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
  file_.SetMode(0600);
  EXPECT_THAT(KeyStore::Open(file_.path(), clock_), IsOk());
}

TEST_F(KeyStoreTest, AnUnchangedFileIsNotReadAgain) {
  Create("laptop");
  const auto store = Open();
  const uint64_t generation = store->generation();
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_EQ(store->generation(), generation);
}

TEST_F(KeyStoreTest, ANewKeyIsAcceptedAfterTheNextReload) {
  Create("first");
  const auto store = Open();
  const uint64_t generation = store->generation();
  const CreatedKey second = Create("second");
  EXPECT_THAT(store->Authenticate(second.key), IsUnauthenticated("unknown"));
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(second.key), IsOk());
  EXPECT_EQ(store->generation(), generation + 1);
  EXPECT_FALSE(store->ReloadIfChanged());
}

TEST_F(KeyStoreTest, ARevocationTakesEffectWithTheNextReload) {
  const CreatedKey kept = Create("kept");
  const CreatedKey lost = Create("lost");
  const auto store = Open();
  ASSERT_OK_AND_ASSIGN(const Principal principal, store->Authenticate(lost.key));
  ASSERT_THAT(RevokeKeyById(file_.path(), principal.key_id, clock_), IsOk());
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_FALSE(store->IsLive(principal.key_id));
  EXPECT_FALSE(store->StillGrants(principal));
  EXPECT_THAT(store->Authenticate(lost.key), IsUnauthenticated("was revoked"));
  EXPECT_THAT(store->Authenticate(kept.key), IsOk());
}

TEST_F(KeyStoreTest, AKeyWhoseRightsWereEditedNoLongerGrantsTheOldOnes) {
  const CreatedKey created = Create("laptop");
  const auto store = Open();
  ASSERT_OK_AND_ASSIGN(const Principal principal, store->Authenticate(created.key));
  file_.Write(absl::StrReplaceAll(file_.Read(), {{"\"role\": \"user\"", "\"role\": \"viewer\""}}));
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_TRUE(store->IsLive(principal.key_id));
  EXPECT_FALSE(store->StillGrants(principal));
  ASSERT_OK_AND_ASSIGN(const Principal now, store->Authenticate(created.key));
  EXPECT_EQ(now.role, Role::kViewer);
  EXPECT_TRUE(store->StillGrants(now));
}

TEST_F(KeyStoreTest, ABrokenFileKeepsTheKeysAndIsReportedOnceUntilItIsRepaired) {
  const CreatedKey created = Create("laptop");
  const std::string good = file_.Read();
  const auto store = Open();
  file_.Write(good.substr(0, good.size() / 2));
  testing::internal::CaptureStderr();
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), AllOf(HasSubstr("keys file cannot be used"), HasSubstr("error")));
  testing::internal::CaptureStderr();
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
  EXPECT_THAT(store->Authenticate(created.key), IsOk());

  file_.Write(good);
  const CreatedKey second = Create("second");
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(second.key), IsOk());
}

TEST_F(KeyStoreTest, AnEmptiedFileKeepsTheKeysBecauseItsWriterIsNotDone) {
  const CreatedKey created = Create("laptop");
  const auto store = Open();
  file_.Write("");
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(created.key), IsOk());
}

TEST_F(KeyStoreTest, AFileThatBecameReadableByOthersKeepsTheKeysButTakesNoNewOnes) {
  const CreatedKey first = Create("first");
  const auto store = Open();
  const CreatedKey second = Create("second");
  file_.SetMode(0644);
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(first.key), IsOk());
  EXPECT_THAT(store->Authenticate(second.key), IsUnauthenticated("unknown"));
  file_.SetMode(0600);
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(second.key), IsOk());
}

TEST_F(KeyStoreTest, AFileMissingForOneCheckKeepsTheKeys) {
  const CreatedKey created = Create("laptop");
  const std::string good = file_.Read();
  const auto store = Open();
  for (int i = 0; i < 3; ++i) {
    file_.Remove();
    EXPECT_FALSE(store->ReloadIfChanged());
    EXPECT_THAT(store->Authenticate(created.key), IsOk());
    file_.Write(good);
    EXPECT_TRUE(store->ReloadIfChanged());
  }
  EXPECT_THAT(store->Authenticate(created.key), IsOk());
}

TEST_F(KeyStoreTest, AFileMissingTwiceInARowTakesAllKeysAwayUntilItIsBack) {
  const CreatedKey created = Create("laptop");
  const std::string good = file_.Read();
  const auto store = Open();
  file_.Remove();
  EXPECT_FALSE(store->ReloadIfChanged());
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(created.key), IsUnauthenticated("unknown"));
  EXPECT_FALSE(store->IsLive(created.record.principal.key_id));
  EXPECT_FALSE(store->ReloadIfChanged());
  file_.Write(good);
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_THAT(store->Authenticate(created.key), IsOk());
}

TEST_F(KeyStoreTest, CallsDuringReloadsSeeEveryKeyThatStays) {
  const CreatedKey created = Create("laptop");
  const auto store = Open();
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        ASSERT_THAT(store->Authenticate(created.key), IsOk());
        ASSERT_TRUE(store->IsLive(created.record.principal.key_id));
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    Create(absl::StrCat("k", i));
    EXPECT_TRUE(store->ReloadIfChanged());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace specrelay
