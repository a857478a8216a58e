package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.TestRedis.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.CatalogUse;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.SweepTester;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.GrantStore.AdjustCommand;
import dev.tokenguard.store.GrantStore.GrantCommand;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.TokenStore;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import dev.tokenguard.store.UpkeepStore;
import io.lettuce.core.ScriptOutputType;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sidecars of two releases on one Redis. What a newer one wrote is let be by an older one, which
 * says why; whatever both know, both work on.
 */
class MixedVersionsTest {
  private static final long NEWER = Layout.KNOWN + 1;
  private static final ChangeRequest NO_REQUEST = new ChangeRequest("", "");

  @RegisterExtension
  final StoreTester store =
      new StoreTester(Catalogs.catalog(plan("free", daily("website", 100)), plan("pro")));

  /** An account with everything that one can have, some of it due. */
  private void work() {
    store.reserve(ask("open", 5).member("joe"));
    store.reserve(ask("due", 5).ttl(Duration.ofMinutes(1)));
    store.consume(ask("done", 5).member("joe"));
    await(
        grants()
            .grant(
                new GrantCommand(ACCOUNT, "website", 9, "gift", "", "ann", 1, null, null),
                NO_REQUEST));
    await(
        grants()
            .grant(
                new GrantCommand(
                    ACCOUNT,
                    "website",
                    9,
                    "gift",
                    "",
                    "ann",
                    1,
                    StoreTester.NOON.plusSeconds(60),
                    null),
                new ChangeRequest("later", "f")));
    await(accounts().addMember(ACCOUNT, "mia", website(3), false, false, NO_REQUEST));
  }

  private AccountStore accounts() {
    return store.stores().accounts();
  }

  private GrantStore grants() {
    return store.stores().grants();
  }

  private UpkeepStore upkeep() {
    return store.stores().upkeep(Duration.ofDays(10));
  }

  /** Every call of every store that is about one account. */
  private Map<String, Supplier<CompletionStage<?>>> everyCall() {
    Map<String, Supplier<CompletionStage<?>>> calls = new LinkedHashMap<>();
    TokenStore tokens = store.store();
    calls.put("reserve", () -> tokens.reserve(ask("new", 1).command()));
    calls.put("reserve for a member", () -> tokens.reserve(ask("new", 1).account("mia").command()));
    calls.put("consume", () -> tokens.consume(ask("new", 1).member("joe").command()));
    calls.put("check", () -> tokens.check(ask("", 1).command()));
    calls.put("commit", () -> tokens.commit(new CommitCommand(ACCOUNT, "open", null, Map.of())));
    calls.put("refund", () -> tokens.refund(new RefundCommand(ACCOUNT, "open", "")));
    calls.put(
        "extend",
        () -> tokens.extend(new ExtendCommand(ACCOUNT, "open", Duration.ofHours(1), Amounts.NONE)));
    calls.put("balance", () -> tokens.balance(ACCOUNT, "joe"));
    AccountFields fields =
        new AccountFields("", "", "pro", true, null, Duration.ZERO, true, "", "", List.of());
    calls.put("get", () -> accounts().get(ACCOUNT));
    calls.put("create", () -> accounts().create(ACCOUNT, fields, new ChangeRequest("c", "f")));
    calls.put(
        "update",
        () -> accounts().update(ACCOUNT, fields, Set.of(AccountFields.Field.PLAN), 0, NO_REQUEST));
    calls.put("delete", () -> accounts().delete(ACCOUNT, true, 0, NO_REQUEST));
    calls.put(
        "add", () -> accounts().addMember(ACCOUNT, "zoe", Amounts.NONE, false, false, NO_REQUEST));
    calls.put("member", () -> accounts().getMember(ACCOUNT, "mia"));
    calls.put("members", () -> accounts().listMembers(ACCOUNT, "", 10, true));
    calls.put("cap", () -> accounts().capMember(ACCOUNT, "mia", website(1), NO_REQUEST));
    calls.put("remove", () -> accounts().removeMember(ACCOUNT, "mia", NO_REQUEST));
    calls.put(
        "grant",
        () ->
            grants()
                .grant(
                    new GrantCommand(ACCOUNT, "website", 9, "gift", "", "ann", 1, null, null),
                    new ChangeRequest("more", "f")));
    calls.put("grants", () -> grants().list(ACCOUNT));
    calls.put("revoke", () -> grants().revoke(ACCOUNT, "later", "", "ann", NO_REQUEST));
    calls.put(
        "adjust",
        () ->
            grants()
                .adjust(
                    new AdjustCommand(ACCOUNT, "website", -1, "fix", "", "ann", true), NO_REQUEST));
    HistoryStore history = store.stores().history();
    LocalDate today = LocalDate.of(2026, 3, 2);
    calls.put("newest", () -> history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 10));
    calls.put("oldest", () -> history.entriesAfter(ACCOUNT, -1, 10));
    calls.put("open", () -> history.openReservations(ACCOUNT, "", 10));
    calls.put("reservation", () -> history.reservation(ACCOUNT, "open"));
    calls.put("usage", () -> history.usage(ACCOUNT, today, today));
    calls.put("zone", () -> history.zone(ACCOUNT));
    calls.put("tidy", () -> upkeep().tidy(ACCOUNT));
    calls.put("audit", () -> upkeep().audit(ACCOUNT));
    return calls;
  }

  @ParameterizedTest
  @ValueSource(longs = {NEWER_BY_ONE, 77, 2, 1})
  void anotherLayoutIsRefusedByEveryCallAndLetBe(long layout) {
    work();
    store.leave(ACCOUNT);
    store.fixture().layout((int) layout);
    store.clock.advance(Duration.ofMinutes(2)); // there would be something to do
    List<String> before = everything();
    everyCall()
        .forEach(
            (name, call) -> {
              FaultException refused =
                  assertThrows(FaultException.class, () -> await(call.get()), name);
              assertEquals(Fault.LAYOUT_UNKNOWN, refused.fault(), name);
              assertEquals(
                  Map.of("layout", "" + layout, "known_layout", "" + Layout.KNOWN),
                  refused.details());
              assertEquals(before, everything(), name);
            });
  }

  /** For an annotation; held to the truth below. */
  private static final long NEWER_BY_ONE = 4;

  @Test
  void saysWhatToDo() {
    assertEquals(NEWER_BY_ONE, NEWER, "the next layout: raise the constant with LAYOUT");
    assertEquals(
        "the account was written by a newer TokenGuard: it has layout 4, and this server knows layout"
            + " 3. It was left as it was; update this server",
        Layout.unknown(NEWER).getMessage());
    assertEquals(
        "the account has layout 2, older than layout 3, which this server knows. It was left as it"
            + " was; update through a release that knows both",
        Layout.unknown(Layout.KNOWN - 1).getMessage());
  }

  @Test
  void otherAccountsGoOn() {
    work();
    store.fixture().layout((int) NEWER);
    store.leave(ACCOUNT);
    allowed(store.reserve(ask("fine", 1).account("other")));
    assertEquals(Fault.LAYOUT_UNKNOWN, fault(store::account));
  }

  /** The newer sidecar is taken back, or was never more than tried: the account is as it was. */
  @Test
  void anAccountThatIsReadableAgainGoesOnWhereItWas() {
    store.reserve("a", 5);
    store.fixture().layout((int) NEWER);
    assertEquals(Fault.LAYOUT_UNKNOWN, fault(() -> store.commit("a")));
    store.fixture().layout((int) Layout.KNOWN);
    store.commit("a", 3);
    store.assertWebsites(97, 0, 3);
  }

  @Test
  void theMemberOfANewerAccountKeepsItsPayer() {
    work();
    store.fixture("mia").layout((int) NEWER);
    store.leave(ACCOUNT);
    List<String> before = everything();
    FaultException refused =
        assertThrows(
            FaultException.class, () -> await(accounts().removeMember(ACCOUNT, "mia", NO_REQUEST)));
    assertEquals(Fault.LAYOUT_UNKNOWN, refused.fault());
    List<String> after = everything();
    // The payer's side is its own, and readable: it may end. The member's is as it was.
    assertEquals(of("mia", before), of("mia", after));
  }

  private static List<String> of(String account, List<String> dump) {
    return dump.stream().filter(line -> line.contains("{" + account + "}")).toList();
  }

  @Test
  void theSweepPassesThemOverAndSeesNoDamage() {
    for (int i = 0; i < 100; i++) { // of which one in sixty is audited in full
      store.reserve(ask("due", 1).account("new-" + i).ttl(Duration.ofMinutes(1)));
      store.fixture("new-" + i).layout((int) NEWER);
      store.leave("new-" + i);
    }
    store.reserve(ask("due", 1).ttl(Duration.ofMinutes(1)));
    store.clock.advance(Duration.ofMinutes(2));
    SweepTester.Heard heard = new SweepTester.Heard();
    new SweepTester(
            upkeep(), store.stores().accountIds(), new GuardListener() {}, heard, "old", 3000)
        .round();
    assertEquals(
        "101 looked at, 1 touched, 0 off",
        heard.looked + " looked at, " + heard.touched + " touched, " + heard.drifted + " off");
  }

  @Test
  void aListPassesThemOver() {
    await(accounts().create(ACCOUNT, on("free"), NO_REQUEST));
    await(accounts().create("newer", on("free"), NO_REQUEST));
    store.fixture("newer").layout((int) NEWER);
    assertEquals(
        List.of(ACCOUNT),
        await(accounts().list("", "", 10, 100, account -> true)).items().stream()
            .map(account -> account.id())
            .toList());
  }

  private static AccountFields on(String plan) {
    return new AccountFields("", "", plan, false, null, Duration.ZERO, false, "", "", List.of());
  }

  /** Nobody can tell what a newer account uses, and so nothing may be removed. */
  @Test
  void aCatalogThatDropsAPlanIsRefused() {
    await(accounts().create(ACCOUNT, on("pro"), NO_REQUEST));
    CatalogUse use = upkeep();
    assertEquals(Map.of(), await(use.accountsUsing(Set.of("free"), Set.of())).byPlan());
    store.fixture().layout((int) NEWER);
    store.leave(ACCOUNT);
    assertEquals(
        Fault.LAYOUT_UNKNOWN, fault(() -> await(use.accountsUsing(Set.of("free"), Set.of()))));
  }

  /** Scripts go by their digest: those of two releases lie beside each other in one Redis. */
  @Test
  void scriptsOfTwoReleasesWorkOnOneAccount() throws Exception {
    byte[] newer =
        (new String(Script.REFUND.source(), UTF_8) + "\n-- of the next release").getBytes(UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(newer));
    assertNotEquals(Script.REFUND.digest(), digest);
    for (int round = 0; round < 3; round++) {
      allowed(store.reserve("ours-" + round, 1));
      allowed(store.reserve("theirs-" + round, 1));
      store.refund("ours-" + round);
      assertEquals(ReplyCode.OK, refundAs(newer, "theirs-" + round));
    }
    assertEquals(
        List.of(true, true),
        await(store.redis().commands().scriptExists(Script.REFUND.digest(), digest)));
    store.assertWebsites(100, 0, 0);
  }

  /** Runs another release's script with the arguments that ours sends. */
  private ReplyCode refundAs(byte[] script, String id) {
    Rules rules = new Rules(store.limits(), store::catalog, StoreListener.NONE, store.clock);
    Profile profile = rules.profileOf(ACCOUNT, store.catalog());
    Plan plan = rules.planOf(profile, store.catalog());
    byte[][] arguments = {
      rules.frame(plan, profile, store.catalog()).packed(), bytes(id), bytes(""), bytes("failed")
    };
    List<Object> reply =
        await(
            store
                .redis()
                .commands()
                .eval(
                    script,
                    ScriptOutputType.MULTI,
                    new Keys(store.namespace()).of(ACCOUNT),
                    arguments));
    return ReplyCode.of(StoredValues.number(reply, 0));
  }

  /** Every key of the test's namespace, with what is under it. */
  private List<String> everything() {
    List<String> dump = new ArrayList<>();
    for (byte[] key : await(store.redis().commands().keys(store.namespace() + ":*"))) {
      String name = new String(key, UTF_8);
      if (await(store.redis().commands().type(key)).equals("hash")) {
        TreeSet<String> fields = new TreeSet<>(); // DUMP tells them in any order
        await(store.redis().commands().hgetall(key))
            .forEach((field, value) -> fields.add(hex(field) + " " + hex(value)));
        dump.add(name + " " + fields);
      } else {
        dump.add(name + " " + hex(await(store.redis().commands().dump(key))));
      }
    }
    dump.sort(null);
    return dump;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
