// A certificate for 127.0.0.1 and its private key, made anew for each test.
#ifndef SPECRELAY_TESTS_SUPPORT_SELF_SIGNED_CERTIFICATE_H_
#define SPECRELAY_TESTS_SUPPORT_SELF_SIGNED_CERTIFICATE_H_

#include <string>

namespace specrelay {

// Both PEM; empty when OpenSSL failed.
struct SelfSignedCertificate {
  std::string certificate;
  std::string private_key;
};

// Valid for an hour, for 127.0.0.1 and localhost, and its own authority.
SelfSignedCertificate MakeSelfSignedCertificate();

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_SELF_SIGNED_CERTIFICATE_H_
