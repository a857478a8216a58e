package dev.tokenguard.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Timestamp;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CreateAccountRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What admin events keep of messages. */
class EventJsonTest {

  @Test
  void nothingIsEmpty() {
    assertEquals("", EventJson.of(Account.getDefaultInstance()));
    assertEquals("", EventJson.of(Account.getDefaultInstance(), List.of()));
  }

  @Test
  void hasTheNamesOfTheProtocol() {
    assertEquals(
        "{\"account\":{\"display_name\":\"A\",\"members_only\":true}}",
        EventJson.of(
            CreateAccountRequest.newBuilder()
                .setAccount(Account.newBuilder().setDisplayName("A").setMembersOnly(true))
                .build()));
  }

  /** So that it shows when a field was emptied; a time that is not there has no such form. */
  @Test
  void fieldsThatAreNamedAreToldWithoutAValueToo() {
    Account account = Account.newBuilder().setPlan("pro").setVersion(1L << 53).build();

    assertEquals(
        "{\"plan\":\"pro\",\"locale\":\"\",\"version\":\"9007199254740992\"}",
        EventJson.of(account, List.of("locale", "plan", "version", "expire_time", "no_field")));
  }

  @Test
  void whatIsTooLongIsToldByItsSize() {
    Account account = Account.newBuilder().setDescription("é".repeat(2100)).build();

    assertEquals("{\"omitted_bytes\":4218}", EventJson.of(account));
  }

  /** No check has seen it yet when it is recorded. */
  @Test
  void aTimeOfNoCalendarIsLeftOut() {
    Account account =
        Account.newBuilder()
            .setExpireTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
            .build();

    assertEquals("{}", EventJson.of(account));
  }

  @Test
  void tellsWhichFieldsDiffer() {
    Account one = Account.newBuilder().setPlan("a").setLocale("th").build();
    Account other = Account.newBuilder().setPlan("b").setLocale("th").build();

    assertEquals(
        List.of("plan"), EventJson.differing(one, other, List.of("plan", "locale", "none")));
  }
}
