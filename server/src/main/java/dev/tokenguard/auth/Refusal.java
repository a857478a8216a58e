package dev.tokenguard.auth;

/** Why a caller was turned away. */
public enum Refusal {
  /** It showed no credential where one is needed. */
  NO_CREDENTIAL,
  /** Its credential is not known, forged, or for somebody else. */
  BAD_CREDENTIAL,
  /** Its credential was good once. */
  EXPIRED,
  /** So many logins from its address have failed that its tokens are not looked at for a while. */
  TOO_MANY_FAILURES,
  /** Its role, or the limits of its credential, do not allow the call. */
  NOT_ALLOWED,
  /** It has as many calls or streams as it may have. */
  OVER_QUOTA
}
