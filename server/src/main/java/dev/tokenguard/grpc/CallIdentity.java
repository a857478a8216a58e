package dev.tokenguard.grpc;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.Reach;
import dev.tokenguard.domain.Identity;
import io.grpc.Context;

/** Who makes the call that is being worked on; put there by {@link AccessInterceptor}. */
final class CallIdentity {
  private static final Context.Key<Access.Admitted> KEY = Context.key("tokenguard-caller");
  private static final Context.Key<String> PEER = Context.key("tokenguard-peer");

  private CallIdentity() {}

  static Context with(Access.Admitted caller, String peer) {
    return Context.current().withValues(KEY, caller, PEER, peer);
  }

  /** The address that the call comes from. */
  static String peer() {
    return String.valueOf(PEER.get());
  }

  /** Who calls. */
  static Identity current() {
    return admitted().identity();
  }

  /** What the call can see. */
  static Reach reach() {
    return admitted().reach();
  }

  /** Who calls, what the call can see, and until when. */
  static Access.Admitted admitted() {
    Access.Admitted caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("a call that nobody let in");
    }
    return caller;
  }
}
