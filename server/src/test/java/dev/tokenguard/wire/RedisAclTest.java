package dev.tokenguard.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import dev.tokenguard.embedded.AclRedis;
import dev.tokenguard.store.redis.RedisLink;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.topology.RedisCluster;
import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.v1.TokenAdminServiceOuterClass;
import dev.tokenguard.v1.TokenGuardServiceOuterClass;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With the users of {@code deploy/redis/users.acl}: everything of ours works, and nothing else. On
 * the bundled Redis 6.2, and on the newer one of the machine where there is one.
 */
class RedisAclTest {

  /** Every RPC once, in an order in which each has something to do. */
  private static final List<String> CALLS =
      List.of(
          "CreateAccount {account: {account_id: 'org', plan: 'free'}, request_id: 'c1'}",
          "BatchCreateAccounts {requests: [{account: {account_id: 'ann'}, request_id: 'c2'}]}",
          "GetAccount {account_id: 'org'}",
          "UpdateAccount {account: {account_id: 'org', display_name: 'Org'},"
              + " update_mask: 'displayName', request_id: 'u1'}",
          "AddMember {account_id: 'org', member_id: 'mia', caps: {website: 3}, request_id: 'm1'}",
          "BatchAddMembers {requests: [{account_id: 'org', member_id: 'max', request_id: 'm2'}]}",
          "GetMember {account_id: 'org', member_id: 'mia'}",
          "UpdateMember {account_id: 'org', member_id: 'mia', caps: {website: 4},"
              + " request_id: 'm3'}",
          "ListMembers {account_id: 'org', show_counted: true}",
          "CreateGrant {account_id: 'org', token_type: 'website', amount: 9, reason: 'gift',"
              + " request_id: 'g1'}",
          "BatchCreateGrants {requests: [{account_id: 'ann', token_type: 'image', amount: 9,"
              + " reason: 'gift', request_id: 'g2'}]}",
          "ListGrants {account_id: 'org'}",
          "AdjustBalance {account_id: 'org', token_type: 'website', amount: 2, reason: 'sorry',"
              + " request_id: 'a1'}",
          "Check {account_id: 'mia', feature: 'create_website'}",
          "CheckAndReserve {account_id: 'mia', feature: 'create_website', reservation_id: 'r1'}",
          "Extend {account_id: 'mia', reservation_id: 'r1', ttl: '60s'}",
          "Commit {account_id: 'mia', reservation_id: 'r1', actual: {amounts: {website: 1}}}",
          "CheckAndReserve {account_id: 'org', feature: 'illustrate', reservation_id: 'r2'}",
          "Refund {account_id: 'org', reservation_id: 'r2', reason: 'failed'}",
          "CheckAndReserve {account_id: 'org', feature: 'generate', reservation_id: 'r3'}",
          "ListReservations {account_id: 'org'}",
          "GetReservation {account_id: 'org', reservation_id: 'r3'}",
          "RefundReservation {account_id: 'org', reservation_id: 'r3', reason: 'stuck'}",
          "Consume {account_id: 'org', member_id: 'max', feature: 'generate',"
              + " reservation_id: 'r4'}",
          "GetBalance {account_id: 'mia'}",
          "WatchBalance {account_id: 'org'}",
          "RevokeGrant {account_id: 'org', grant_id: 'g1', request_id: 'v1'}",
          "ListTransactions {account_id: 'org'}",
          "GetUsage {account_id: 'org', start_date: '2020-01-01', end_date: '2020-12-31'}",
          "GetStatistics {account_id: 'org'}",
          "GetEstimates {feature: 'generate', days: 7}",
          "CheckAndReserve {account_id: 'org', feature: 'generate', reservation_id: 'r8',"
              + " amounts: {tokens: 9000000}}",
          "ListDenials {account_id: 'org'}",
          "GetActivity {resolution: 'ACTIVITY_RESOLUTION_DAY'}",
          "GetCaller {}",
          "CreateDisplayToken {account_id: 'org', ttl: '60s'}",
          "Export {kind: 'EXPORT_KIND_BALANCES', format: 'EXPORT_FORMAT_CSV'}",
          "ListAccounts {page_size: 10}",
          "ListDueAccounts {page_size: 10}",
          "ResetDueAccounts {page_size: 10}",
          "AuditAccount {account_id: 'org'}",
          "GetSweep {}",
          "GetCatalog {}",
          "GetSettings {}",
          "SetLogLevel {logger: 'dev.tokenguard.store', level: 'LOG_LEVEL_INFO'}",
          "ListAdminEvents {page_size: 10}",
          "ListAdminEvents {account_id: 'org', oldest_first: true}",
          "RemoveMember {account_id: 'org', member_id: 'mia', request_id: 'm4'}",
          "BatchRemoveMembers {requests: [{account_id: 'org', member_id: 'max',"
              + " request_id: 'm5'}]}",
          "DeleteAccount {account_id: 'ann', force: true, request_id: 'd1'}");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  RedisAclTest() {}

  @ParameterizedTest(name = "redis-server: {0}")
  @ValueSource(strings = {"bundled", ""})
  void everythingWorks(String executable) throws Exception {
    assertEquals(rpcs(), names(CALLS), "every RPC is called");
    try (AclRedis redis = new AclRedis(folder, executable);
        Direct root = direct(redis.rootUri());
        WireServer server = start(redis, "sweep.pause=100ms")) {
      for (String call : CALLS) {
        try {
          call(server.caller().channel(), call);
        } catch (StatusRuntimeException e) {
          throw new AssertionError(call + ": " + refused(root), e);
        }
      }
      Await.untilEquals(true, () -> swept(server));
      assertTrue(server.http("/readyz").body().contains("\"ready\":true"));
      // The log of refusals is what tells: some are survived, and would never be noticed.
      assertEquals(List.of(), refused(root), "commands that were refused");

      // A Redis that has forgotten the scripts, and one that cut the connection.
      root.redis().scriptFlush();
      call(server.caller().channel(), "GetBalance {account_id: 'mia'}");
      dispatch(root.redis(), "CLIENT", "KILL", "USER", AclRedis.USER);
      Await.untilEquals(true, () -> server.http("/readyz").statusCode() == 200);
      assertEquals(List.of(), refused(root), "commands that were refused after a reconnect");
    }
  }

  /** With changes that wait for replicas, of which there are none. */
  @Test
  void everythingWorksOnACluster() throws Exception {
    try (RedisCluster cluster =
        RedisCluster.start(folder.resolve("cluster"), RedisCluster.Options.DEFAULT.of(3, 0))) {
      for (RedisNode node : cluster.nodes()) {
        node.command(AclRedis.setUser());
      }
      String uri = cluster.uri().replace("://", "://tokenguard:rotate%20me@");
      try (WireServer server =
          WireServer.startPast(
              cluster.plainUri(),
              folder,
              "redis.uri=" + uri,
              "redis.durability=replicas:1",
              "redis.durability_timeout=10ms",
              "sweep.pause=100ms")) {
        for (String call : CALLS) {
          call(server.caller().channel(), call);
        }
        Await.untilEquals(true, () -> swept(server));
        for (RedisNode node : cluster.nodes()) {
          node.command("SCRIPT", "FLUSH");
          assertEquals(List.of(), node.command("ACL", "LOG"), node + " refused commands");
        }
        call(server.caller().channel(), "GetBalance {account_id: 'mia'}");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "FLUSHALL",
        "FLUSHDB",
        "CONFIG SET maxmemory 1",
        "CONFIG GET *",
        "KEYS *",
        "SCRIPT FLUSH",
        "DEBUG SLEEP 0",
        "SHUTDOWN NOSAVE",
        "REPLICAOF localhost 1",
        "ACL LIST",
        "MONITOR",
        "SUBSCRIBE channel",
        "PUBLISH channel x",
        "EVAL return(redis.call('GET','foreign')) 0",
        "EVAL return(redis.call('FLUSHALL')) 0",
        "FUNCTION FLUSH",
        "SAVE",
        "CLIENT KILL TYPE normal",
        "GET foreign",
        "SET foreign x",
        "UNLINK foreign",
        "GET tgx:probe",
        "MGET tg:probe foreign",
      })
  void nothingElseWorks(String command) throws Exception {
    for (String executable : List.of("bundled", "")) {
      Path own = Files.createDirectory(folder.resolve("redis-" + executable));
      try (AclRedis redis = new AclRedis(own, executable);
          Direct root = direct(redis.rootUri());
          Direct ours = direct("redis://tokenguard:rotate%20me@127.0.0.1:" + redis.port())) {
        root.redis().set("foreign", "safe");
        assertEquals("OK", ours.redis().set("tg:probe", "1"));
        String[] words = command.split(" ");
        RedisCommandExecutionException refused =
            assertThrows(RedisCommandExecutionException.class, () -> dispatch(ours.redis(), words));
        String message = String.valueOf(refused.getMessage());
        assertTrue(
            message.contains("NOPERM")
                || message.contains("The user executing the script can't") // in one, on 6.2
                || message.startsWith("ERR unknown command") // of a newer Redis
                || message.startsWith("ERR DEBUG command not allowed"), // by nobody
            message);
        assertEquals("safe", root.redis().get("foreign"));
      }
    }
  }

  /** A script of ours that reached for a foreign key would be refused by Redis itself. */
  @ParameterizedTest
  @ValueSource(strings = {"bundled", ""})
  void anotherNamespaceIsForeign(String executable) throws Exception {
    try (AclRedis redis = new AclRedis(folder, executable);
        Direct root = direct(redis.rootUri());
        WireServer server = start(redis, "redis.namespace=other")) {
      Await.untilEquals(503, () -> server.httpStatus("/readyz"));
      assertTrue(server.http("/readyz").body().contains("NOPERM"), server.http("/readyz").body());
      assertEquals(0, root.redis().keys("*").size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bundled", ""})
  void aUserThatMayNotAskInfoServesAllTheSame(String executable) throws Exception {
    try (AclRedis redis = new AclRedis(folder, executable);
        Direct root = direct(redis.rootUri());
        CapturedLog log = new CapturedLog(RedisLink.class)) {
      dispatch(root.redis(), "ACL", "SETUSER", AclRedis.USER, "-info");
      try (WireServer server = start(redis)) {
        call(server.caller().channel(), CALLS.get(0));
        assertEquals(
            1,
            log.messages().stream().filter(each -> each.contains("may not run INFO")).count(),
            log.messages()::toString);
      }
    }
  }

  /** The password is replaced in Redis and in the file; the next connection uses the new one. */
  @ParameterizedTest
  @ValueSource(strings = {"bundled", ""})
  void aRotatedPasswordWorks(String executable) throws Exception {
    try (AclRedis redis = new AclRedis(folder, executable);
        Direct root = direct(redis.rootUri());
        CapturedLog log = new CapturedLog(RedisLink.class);
        WireServer server = start(redis)) {
      dispatch(root.redis(), "ACL", "SETUSER", AclRedis.USER, "resetpass", ">new one");
      dispatch(root.redis(), "CLIENT", "KILL", "USER", AclRedis.USER);
      Await.untilEquals(true, () -> server.http("/readyz").body().contains("WRONGPASS"));
      assertTrue(
          log.messages().stream().anyMatch(each -> each.contains("WRONGPASS")),
          log.messages()::toString);

      Files.writeString(folder.resolve("password"), "new one\n");
      Await.untilEquals(200, () -> server.httpStatus("/readyz"));
      call(server.caller().channel(), CALLS.get(0));
    }
  }

  private WireServer start(AclRedis redis, String... more) throws Exception {
    Files.writeString(folder.resolve("user"), AclRedis.USER + "\n");
    Files.writeString(folder.resolve("password"), AclRedis.PASSWORD + "\n");
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("redis.uri=" + redis.uri());
    settings.add("redis.username_file=" + folder.resolve("user"));
    settings.add("redis.password_file=" + folder.resolve("password"));
    return WireServer.startPast(redis.rootUri(), folder, settings.toArray(String[]::new));
  }

  /** Connects as soon as Redis is there. */
  private static Direct direct(String uri) throws Exception {
    List<Direct> made = new ArrayList<>();
    Await.untilEquals(
        true,
        () -> {
          try {
            return made.add(new Direct(uri));
          } catch (RedisException e) {
            return false;
          }
        });
    return made.get(0);
  }

  private static boolean swept(WireServer server) throws Exception {
    return server
        .http("/metrics")
        .body()
        .lines()
        .anyMatch(
            line -> line.startsWith("tokenguard_sweep_accounts_total ") && !line.endsWith(" 0.0"));
  }

  private static Set<String> rpcs() {
    Set<String> names = new TreeSet<>();
    methods().forEach(each -> names.add(each.getName()));
    return names;
  }

  private static Set<String> names(List<String> calls) {
    Set<String> names = new TreeSet<>();
    calls.forEach(each -> names.add(each.substring(0, each.indexOf(' '))));
    return names;
  }

  private static List<MethodDescriptor> methods() {
    List<MethodDescriptor> methods = new ArrayList<>();
    methods.addAll(TokenGuardServiceOuterClass.getDescriptor().getServices().get(0).getMethods());
    methods.addAll(TokenAdminServiceOuterClass.getDescriptor().getServices().get(0).getMethods());
    return methods;
  }

  /** Calls an RPC by its name; of a stream it takes what comes first. */
  private static void call(Channel plain, String call) throws Exception {
    Channel channel = Keys.with(Keys.ADMIN, plain);
    String name = call.substring(0, call.indexOf(' '));
    MethodDescriptor method =
        methods().stream().filter(each -> each.getName().equals(name)).findFirst().orElseThrow();
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    JsonFormat.parser().merge(call.substring(name.length()), request);
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> rpc =
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setFullMethodName(method.getService().getFullName() + "/" + name)
            .setType(
                method.isServerStreaming()
                    ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                    : io.grpc.MethodDescriptor.MethodType.UNARY)
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .build();
    if (method.isServerStreaming()) {
      assertTrue(
          ClientCalls.blockingServerStreamingCall(channel, rpc, options, request.build())
              .hasNext());
    } else {
      ClientCalls.blockingUnaryCall(channel, rpc, options, request.build());
    }
  }

  private static List<String> refused(Direct root) {
    CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8).add("LOG");
    List<String> entries = new ArrayList<>();
    for (Object entry :
        root.redis()
            .dispatch(keyword("ACL"), new NestedMultiOutput<>(StringCodec.UTF8), arguments)) {
      String text = String.valueOf(entry);
      if (text.contains(AclRedis.USER)) {
        entries.add(text);
      }
    }
    return entries;
  }

  private static void dispatch(RedisCommands<String, String> redis, String... words) {
    CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
    for (int i = 1; i < words.length; i++) {
      arguments.add(words[i]);
    }
    redis.dispatch(keyword(words[0]), new NestedMultiOutput<>(StringCodec.UTF8), arguments);
  }

  private static ProtocolKeyword keyword(String name) {
    return new ProtocolKeyword() {
      @Override
      public byte[] getBytes() {
        return name.getBytes(UTF_8);
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
