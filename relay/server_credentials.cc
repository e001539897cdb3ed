#include "relay/server_credentials.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  return bytes;
}

// Without it OpenSSL would ask on the terminal for the password of an encrypted key.
int NoPassword(char*, int, int, void*) { return 0; }

absl::Status CheckPair(const std::string& certificate_pem, const std::string& key_pem,
                       absl::string_view certificate_path, absl::string_view key_path) {
  const Bio certificate_bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())),
                            BIO_free);
  const Certificate certificate(PEM_read_bio_X509(certificate_bio.get(), nullptr, NoPassword, nullptr), X509_free);
  const Bio key_bio(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())), BIO_free);
  const PrivateKey key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, NoPassword, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(certificate_path, " holds no certificate in PEM form"));
  }
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(key_path, " holds no private key in PEM form without a password"));
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        absl::StrCat("the private key in ", key_path, " does not belong to the certificate in ", certificate_path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(absl::string_view certificate_path,
                                                                               absl::string_view key_path) {
  if (certificate_path.empty() && key_path.empty()) return grpc::InsecureServerCredentials();
  if (certificate_path.empty() || key_path.empty()) {
    return absl::InvalidArgumentError("TLS needs both a certificate and a private key; only one of them is given");
  }
  ASSIGN_OR_RETURN(const std::string certificate, ReadFile(std::string(certificate_path)));
  ASSIGN_OR_RETURN(const std::string key, ReadFile(std::string(key_path)));
  RETURN_IF_ERROR(CheckPair(certificate, key, certificate_path, key_path));
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({key, certificate});
  return grpc::SslServerCredentials(options);
}

}  // namespace specrelay
