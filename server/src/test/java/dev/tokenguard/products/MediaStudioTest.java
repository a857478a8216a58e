package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tokenguard.client.AccountUpdate;
import dev.tokenguard.client.BatchOutcome;
import dev.tokenguard.client.NewAccount;
import dev.tokenguard.client.NewMember;
import dev.tokenguard.client.NotFoundException;
import dev.tokenguard.client.TokenGuardException;
import dev.tokenguard.client.UsageQuery;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DenialScope;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.Member;
import dev.tokenguard.v1.MemberBalance;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.UsageDimension;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.WireFault;
import io.grpc.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A media studio: groups of users who share images and videos. A service names the user alone, and
 * the group pays.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MediaStudioTest {

  private Day day;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    day = Day.begins("media-studio", "2026-05-12T08:00:00Z", folder, "watch.interval=50ms");
  }

  @AfterEach
  void closeTheBooks() {
    day.closeTheBooks();
  }

  @AfterAll
  void end() {
    day.close();
  }

  // Groups

  @Test
  void aGroupHasANameADescriptionAndSeparateLimits() {
    String group = day.id("group");
    Account created =
        day.admin()
            .accounts()
            .create(
                NewAccount.of(group)
                    .withPlan("group")
                    .withDisplayName("Marketing")
                    .withDescription("Campaigns of the summer"))
            .getAccount();
    assertEquals("Marketing", created.getDisplayName());
    assertEquals("Campaigns of the summer", created.getDescription());
    assertEquals("100 images, 20 videos", left(group));
    assertEquals(created, day.account(group));
  }

  @Test
  void aGroupThatBoughtMoreHasLimitsOfItsOwn() {
    String group = day.id("group");
    day.admin()
        .accounts()
        .create(
            NewAccount.of(group)
                .withPlan("group")
                .withAllowances(List.of(allowance("image", 500), allowance("video", 7))));
    assertEquals("500 images, 7 videos", left(group));
    assertTrue(day.balance(group, "image").hasResetTime(), "monthly, as the plan's");
    assertEquals("100 images, 20 videos", left(group()), "of this group alone");
  }

  @Test
  void aGroupIsEdited() {
    String group = group();
    Account read = day.account(group);
    Account edited =
        day.update(
            AccountUpdate.of(group).withDisplayName("Press").withDescription("Was: Marketing"));
    assertEquals("Press", edited.getDisplayName());
    assertEquals("Was: Marketing", edited.getDescription());
    assertEquals(read.getPlan(), edited.getPlan());
    assertEquals(read.getBalancesList(), edited.getBalancesList());
    TokenGuardException late =
        assertThrows(
            TokenGuardException.class,
            () -> day.update(AccountUpdate.of(read).withDisplayName("Sales")));
    assertEquals("STALE_VERSION", late.reason());
  }

  @Test
  void editingALimitKeepsWhatWasUsed() {
    String group = group();
    String user = user(group);
    for (int i = 0; i < 40; i++) {
      day.commit(work(user, "generate_image"));
    }
    limit(group, allowance("image", 50));
    assertEquals("10 images, 20 videos", left(group));
    assertEquals(40, day.balance(group, "image").getConsumed());
    limit(group, allowance("image", 30));
    assertEquals("0 images, 20 videos", left(group));
    assertEquals(40, day.balance(group, "image").getConsumed());
    assertEquals(
        DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot(user, "generate_image"));
    limit(group, allowance("image", 200));
    assertEquals("160 images, 20 videos", left(group));
  }

  @Test
  void editingALimitKeepsWhatIsHeld() {
    String group = group();
    String user = user(group);
    Reservation running = work(user, "generate_video");
    limit(group, allowance("video", 1));
    assertEquals("100 images, 0 videos", left(group));
    day.commit(running);
    assertEquals(1, day.balance(group, "video").getConsumed());
    assertEquals(0, day.balance(group, "video").getDebt());
  }

  @Test
  void aGroupIsDeletedAndItsUsersAreOnTheirOwn() {
    String group = group();
    String user = user(group);
    day.commit(work(user, "generate_image"));
    day.admin().accounts().delete(group);
    assertThrows(NotFoundException.class, () -> day.admin().accounts().get(group));
    assertEquals(DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND, day.whyNot(user, "generate_image"));
    assertEquals(DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND, day.whyNot(group, "generate_image"));
  }

  @Test
  void deletingAGroupOnWhichWorkRunsIsRefused() {
    String group = group();
    String user = user(group);
    Reservation running = work(user, "generate_video");
    TokenGuardException refused =
        assertThrows(TokenGuardException.class, () -> day.admin().accounts().delete(group));
    assertEquals("OPEN_RESERVATIONS", refused.reason());
    assertEquals("1", refused.metadata().get("open"));
    assertEquals(1, day.account(group).getMemberCount(), "nothing of it was done");
    day.commit(running);
    day.admin().accounts().delete(group);
  }

  @Test
  void aGroupThatIsDeletedByForceSettlesWhatItHoldsFirst() {
    String group = group();
    Reservation one = work(user(group), "generate_video");
    work(user(group), "generate_image");
    assertEquals(
        2,
        day.admin()
            .accounts()
            .delete(DeleteAccountRequest.newBuilder().setAccountId(group).setForce(true).build())
            .getRefundedReservations());
    assertEquals("NOT_FOUND RESERVATION_NOT_FOUND", WireFault.of(() -> day.commit(one)).name());
  }

  // Users of a group

  @Test
  void usersAreAddedAndRemovedInBulk() {
    String group = group();
    List<String> users = IntStream.range(0, 250).mapToObj(i -> day.id("user")).toList();
    List<NewMember> all = users.stream().map(each -> NewMember.of(group, each)).toList();
    assertEquals(List.of(), day.admin().members().addAll(all).failed());
    assertEquals(250, day.account(group).getMemberCount());
    assertEquals(
        users.stream().sorted().toList(),
        day.admin().members().list(group).stream().map(Member::getMemberId).sorted().toList());
    day.commit(work(users.get(249), "generate_image"));

    assertEquals(List.of(), day.admin().members().removeAll(group, users.subList(0, 249)).failed());
    assertEquals(1, day.account(group).getMemberCount());
    assertEquals(
        DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND, day.whyNot(users.get(0), "generate_image"));
    day.commit(work(users.get(249), "generate_image"));
  }

  @Test
  void oneWhoCannotBeAddedDoesNotStopTheOthers() {
    String group = group();
    String elsewhere = user(group());
    String free = day.id("user");
    List<NewMember> both = List.of(NewMember.of(group, elsewhere), NewMember.of(group, free));
    BatchOutcome<NewMember> outcome = day.admin().members().addAll(both);
    assertEquals(
        List.of(elsewhere),
        outcome.failedRequests().stream().map(each -> each.request().getMemberId()).toList());
    assertEquals("MEMBER_HAS_PAYER", error(outcome.failed().get(0).error()).reason());
    assertEquals(1, day.account(group).getMemberCount());
    day.commit(work(free, "generate_image"));
    assertEquals("99 images, 20 videos", left(group));
  }

  @Test
  void aUserCallsWithItsIdAloneAndTheGroupPays() {
    String group = group();
    String user = user(group);
    Reservation work = work(user, "generate_image");
    assertEquals(group, work.getAccountId());
    assertEquals(user, work.getMemberId());
    assertTrue(day.check(user, "generate_video").getAllowed());
    day.commit(work);
    assertEquals("99 images, 20 videos", left(group));
    AccountBalances seen = balances(user);
    assertEquals(group, seen.getAccountId());
    assertEquals(99, Books.of(seen, "image").getAvailable());
    assertEquals(group, day.account(group).getAccountId());
  }

  @Test
  void workIsSettledWithTheIdOfTheUserAlone() {
    String group = group();
    String user = user(group);
    Reservation charged = work(user, "generate_image");
    Reservation returned = work(user, "generate_video");
    settleAs(user, charged);
    day.refund(returned.toBuilder().setAccountId(user).build(), "it was no good");
    assertEquals("99 images, 20 videos", left(group));
    Transaction last = day.ledger(group).get(0);
    assertEquals(TransactionKind.TRANSACTION_KIND_REFUND, last.getKind());
    assertEquals(user, last.getMemberId());
  }

  @Test
  void whoIsInNoGroupGetsNothing() {
    Denial denial = day.denied(day.id("stranger"), "generate_image");
    assertEquals(DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND, denial.getReason());
  }

  @Test
  void aUserMovesToAnotherGroup() {
    String old = group();
    String other = group();
    String user = user(old);
    day.commit(work(user, "generate_image"));
    assertThrows(
        TokenGuardException.class, () -> day.admin().members().add(NewMember.of(other, user)));
    day.admin().members().add(NewMember.of(other, user).moving());
    day.commit(work(user, "generate_image"));
    assertEquals("99 images, 20 videos", left(old));
    assertEquals("99 images, 20 videos", left(other));
    assertEquals(0, day.account(old).getMemberCount());
    assertEquals(1, day.account(other).getMemberCount());
    assertEquals(List.of(user + " 1"), usageByMember(old), "what it used there stays there");
  }

  // Leaving while work runs

  @Test
  void aUserThatIsRemovedSettlesWhatItHoldsAgainstTheGroup() {
    String group = group();
    String user = user(group);
    Reservation charged = work(user, "generate_image");
    Reservation returned = work(user, "generate_video");
    day.admin().members().remove(group, user);
    assertEquals(1, day.balance(group, "image").getHeld(), "it stays held");
    assertEquals(DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND, day.whyNot(user, "generate_image"));
    settleAs(user, charged);
    day.refund(returned.toBuilder().setAccountId(user).build(), "it was no good");
    assertEquals("99 images, 20 videos", left(group));
    assertEquals(0, day.account(group).getOpenReservations());
    assertEquals(List.of(user + " 1"), usageByMember(group));
  }

  @Test
  void aUserThatWasRemovedKeepsItsWorkAlive() {
    String group = group();
    String user = user(group);
    Reservation running = work(user, "generate_video");
    day.admin().members().remove(group, user);
    day.passes(Duration.ofMinutes(8));
    assertTrue(
        day.guard()
            .extend(
                ExtendRequest.newBuilder()
                    .setAccountId(user)
                    .setReservationId(running.getReservationId())
                    .build())
            .hasReservation());
    day.passes(Duration.ofMinutes(8));
    settleAs(user, running);
    assertEquals("100 images, 19 videos", left(group));
  }

  @Test
  void aUserThatMovedSettlesWhatItHeldAgainstTheOldGroup() {
    String old = group();
    String other = group();
    String user = user(old);
    Reservation running = work(user, "generate_video");
    day.admin().members().add(NewMember.of(other, user).moving());
    settleAs(user, running);
    assertEquals("100 images, 19 videos", left(old));
    assertEquals("100 images, 20 videos", left(other));
  }

  @Test
  void theHoldOfAUserThatWasRemovedReturnsToTheGroupByItself() {
    String group = group();
    String user = user(group);
    work(user, "generate_video");
    day.admin().members().remove(group, user);
    day.passes(Duration.ofMinutes(11));
    assertEquals("100 images, 20 videos", left(group));
  }

  // Usage and caps

  @Test
  void limitsAreComparedWithWhatWasUsed() {
    String group = group();
    String user = user(group);
    for (int i = 0; i < 25; i++) {
      day.commit(work(user, "generate_image"));
    }
    for (int i = 0; i < 17; i++) {
      day.commit(work(user, "generate_video"));
    }
    Balance images = day.balance(group, "image");
    assertEquals(100, images.getGranted());
    assertEquals(25, images.getConsumed());
    assertEquals(0.25, images.getUsedRatio(), 1e-9);
    assertEquals(75, images.getRemainingPercent(), 1e-9);
    assertFalse(images.getLow());
    assertTrue(day.balance(group, "video").getLow(), "3 of 20");
  }

  @Test
  void usageIsToldPerGroupAndPerMember() {
    String group = group();
    String ann = user(group);
    String bob = user(group);
    for (int i = 0; i < 3; i++) {
      day.commit(work(ann, "generate_image"));
    }
    day.commit(work(bob, "generate_image"));
    day.commit(work(bob, "generate_video"));
    day.commit(work(user(group()), "generate_image"));
    assertEquals(
        Map.of("image", 4L, "video", 1L),
        day.admin().history().usage(UsageQuery.of(group)).getTotalsMap());
    assertEquals(List.of(ann + " 3", bob + " 2"), usageByMember(group));
    List<MemberBalance> ofBob = day.admin().members().get(group, bob).getBalancesList();
    assertEquals(
        List.of("image 1", "video 1"),
        ofBob.stream().map(each -> each.getTokenType() + " " + each.getConsumed()).toList());
    assertEquals(
        ofBob,
        day.guard()
            .getBalance(GetBalanceRequest.newBuilder().setAccountId(group).setMemberId(bob).build())
            .getAccount()
            .getMemberBalancesList());
    assertEquals(2, day.account(group).getMemberCount());
  }

  @Test
  void aMemberMayHaveACapOfItsOwn() {
    String group = group();
    String ann = day.id("user");
    day.admin().members().add(NewMember.of(group, ann).withCaps(Map.of("image", 2L)));
    String bob = user(group);
    day.commit(work(ann, "generate_image"));
    Reservation second = work(ann, "generate_image");
    Denial denial = day.denied(ann, "generate_image");
    assertEquals(DenialReason.DENIAL_REASON_MEMBER_LIMIT_REACHED, denial.getReason());
    assertEquals(DenialScope.DENIAL_SCOPE_MEMBER, denial.getScope());
    assertEquals("image", denial.getTokenType());
    assertEquals(0, denial.getAvailable());
    assertTrue(denial.hasResetTime(), "a cap is for the period of the group");
    day.commit(work(ann, "generate_video"));
    day.commit(work(bob, "generate_image"));

    day.refund(second, "it was no good");
    day.commit(work(ann, "generate_image"));
    day.admin().members().setCaps(group, ann, Map.of("image", 3L));
    day.commit(work(ann, "generate_image"));
    assertEquals(
        DenialReason.DENIAL_REASON_MEMBER_LIMIT_REACHED, day.whyNot(ann, "generate_image"));
    day.admin().members().setCaps(group, ann, Map.of());
    day.commit(work(ann, "generate_image"));
    assertEquals("95 images, 19 videos", left(group));
  }

  @Test
  void aCapIsForThePeriodOfTheGroup() {
    String group = group();
    String ann = day.id("user");
    day.admin().members().add(NewMember.of(group, ann).withCaps(Map.of("image", 1L)));
    day.commit(work(ann, "generate_image"));
    assertEquals(
        DenialReason.DENIAL_REASON_MEMBER_LIMIT_REACHED, day.whyNot(ann, "generate_image"));
    day.comes(
        day.today("UTC")
            .withDayOfMonth(1)
            .plusMonths(1)
            .atStartOfDay(java.time.ZoneOffset.UTC)
            .toInstant());
    day.commit(work(ann, "generate_image"));
    assertEquals("99 images, 20 videos", left(group));
  }

  @Test
  void atTheLimitOfOneKindTheOtherGoesOn() {
    String group = group();
    String user = user(group);
    for (int i = 0; i < 20; i++) {
      day.commit(work(user, "generate_video"));
    }
    Denial denial = day.denied(user, "generate_video");
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, denial.getReason());
    assertEquals(DenialScope.DENIAL_SCOPE_ACCOUNT, denial.getScope());
    assertEquals("video", denial.getTokenType());
    day.commit(work(user, "generate_image"));
    assertEquals(
        Map.of(), day.commit(work(user, "edit_image")).getChargedMap(), "free for everybody");
    assertEquals("99 images, 0 videos", left(group));
  }

  @Test
  void usersWhoCallAtOnceDoNotPassTheLimit() throws Exception {
    String group = group();
    List<String> users = IntStream.range(0, 30).mapToObj(i -> user(group)).toList();
    List<ListenableFuture<CheckAndReserveResponse>> calls =
        users.stream()
            .map(
                each -> day.guardAtOnce().checkAndReserve(day.work(each, "generate_video").build()))
            .toList();
    int allowed = 0;
    for (ListenableFuture<CheckAndReserveResponse> call : calls) {
      allowed += call.get().hasReservation() ? 1 : 0;
    }
    assertEquals(20, allowed);
    assertEquals("100 images, 0 videos", left(group));
  }

  // Live

  @Test
  void remainingCountsAreLive() {
    String group = group();
    String ann = user(group);
    String bob = user(group);
    Context.CancellableContext display = Context.current().withCancellation();
    display.run(
        () -> {
          Iterator<WatchBalanceResponse> live =
              day.guard().watchBalance(WatchBalanceRequest.newBuilder().setAccountId(ann).build());
          WatchBalanceResponse now = live.next();
          assertEquals(group, now.getAccount().getAccountId());
          assertEquals(100, images(now));
          Reservation work = work(bob, "generate_image");
          assertEquals(99, images(until(live, 99)));
          day.refund(work, "it was no good");
          assertEquals(100, images(until(live, 100)));
          limit(group, allowance("image", 300));
          assertEquals(300, images(until(live, 300)));
        });
    display.cancel(null);
  }

  // Verbs

  private String group() {
    String id = day.id("group");
    day.admin().accounts().create(NewAccount.of(id).withPlan("group"));
    return id;
  }

  /** A user that belongs to a group. */
  private String user(String group) {
    String id = day.id("user");
    day.admin().members().add(NewMember.of(group, id));
    return id;
  }

  private static Allowance allowance(String type, long amount) {
    return Allowance.newBuilder().setTokenType(type).setAmount(amount).build();
  }

  private void limit(String group, Allowance allowance) {
    day.update(AccountUpdate.of(group).withAllowances(List.of(allowance)));
  }

  /** Work that a user starts with its id alone. */
  private Reservation work(String user, String feature) {
    return day.reserve(user, feature);
  }

  /** Charges work with the id of its user alone. */
  private void settleAs(String user, Reservation work) {
    day.commit(work.toBuilder().setAccountId(user).build());
  }

  private AccountBalances balances(String account) {
    return day.guard()
        .getBalance(GetBalanceRequest.newBuilder().setAccountId(account).build())
        .getAccount();
  }

  private String left(String group) {
    return day.available(group, "image") + " images, " + day.available(group, "video") + " videos";
  }

  private List<String> usageByMember(String group) {
    return day
        .admin()
        .history()
        .usage(UsageQuery.of(group).groupedBy(UsageDimension.USAGE_DIMENSION_MEMBER))
        .getRowsList()
        .stream()
        .map(row -> row.getMemberId() + " " + row.getAmount())
        .toList();
  }

  private static long images(WatchBalanceResponse shown) {
    return Books.of(shown.getAccount(), "image").getAvailable();
  }

  /** A display that is too slow misses steps, and never the last one. */
  private static WatchBalanceResponse until(Iterator<WatchBalanceResponse> live, long images) {
    WatchBalanceResponse shown = live.next();
    while (images(shown) != images) {
      shown = live.next();
    }
    return shown;
  }

  private static TokenGuardException error(
      @org.jspecify.annotations.Nullable TokenGuardException error) {
    assertNotNull(error);
    return java.util.Objects.requireNonNull(error);
  }
}
