package dev.tokenguard.grpc;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.Rights;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.v1.GetCallerResponse;
import java.util.TreeSet;

/** From who calls to protos. */
final class CallerMapper {

  private CallerMapper() {}

  static GetCallerResponse caller(Access.Admitted caller, String namespace) {
    Identity identity = caller.identity();
    GetCallerResponse.Builder response =
        GetCallerResponse.newBuilder()
            .setName(identity.name())
            .setRole(identity.role().toString())
            .addAllRpcs(Rights.rpcsOf(identity))
            .setAllAccounts(identity.scope().isAll())
            .addAllAccountIds(new TreeSet<>(identity.scope().accounts()))
            .addAllAccountPrefixes(new TreeSet<>(identity.scope().prefixes()))
            .setNamespace(namespace);
    caller.expires().ifPresent(end -> response.setExpireTime(Times.timestamp(end)));
    return response.build();
  }
}
