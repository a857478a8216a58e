package dev.tokenguard.grpc;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.Reach;
import dev.tokenguard.domain.Identity;
import io.grpc.Context;

/** Who makes the call that is being worked on; put there by {@link AccessInterceptor}. */
final class CallIdentity {
  private static final Context.Key<Access.Admitted> KEY = Context.key("tokenguard-caller");

  private CallIdentity() {}

  static Context with(Access.Admitted caller) {
    return Context.current().withValue(KEY, caller);
  }

  /** Who calls. */
  static Identity current() {
    return admitted().identity();
  }

  /** What the call can see. */
  static Reach reach() {
    return admitted().reach();
  }

  private static Access.Admitted admitted() {
    Access.Admitted caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("a call that nobody let in");
    }
    return caller;
  }
}
