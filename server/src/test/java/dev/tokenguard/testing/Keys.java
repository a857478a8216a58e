package dev.tokenguard.testing;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.AccessListener;
import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.auth.DisplayTokens;
import dev.tokenguard.auth.Quotas;
import dev.tokenguard.config.Credentials;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import dev.tokenguard.domain.Role;
import dev.tokenguard.grpc.Callers;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The key of an administrator, for tests of other things than keys. */
public final class Keys {
  /** The key. */
  public static final String ADMIN = ApiKey.create();

  private Keys() {}

  /** A file of credentials that knows the key, and nothing else. */
  public static Path file(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.writeString(
        folder.resolve("credentials.yaml"),
        "keys: {tests: {role: admin, sha256: " + ApiKey.sha256(ADMIN) + "}}\n");
  }

  /** What a server asks of its callers by default, and the key. */
  public static Callers callers() {
    return new Callers(access(), new Quotas(Quota.NONE, AccessListener.NONE, Clock.systemUTC()));
  }

  /** The same without quotas. */
  public static Access access() {
    Access access =
        new Access(
            new Access.Options(true, false, 30),
            null,
            new DisplayTokens("tg", Clock.systemUTC()),
            AccessListener.NONE,
            Clock.systemUTC());
    Identity admin = Identity.of("tests", Role.ADMIN);
    access.use(
        new Credentials(
            List.of(new Credentials.Key(ApiKey.sha256(ADMIN), Optional.empty(), admin)),
            List.of()));
    return access;
  }

  /** The channel, with the key on every call. */
  public static Channel with(String key, Channel channel) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
