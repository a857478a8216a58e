package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.store.TokenStore.ReserveCommand;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** A request for tokens, of which a test says only what matters to it. */
record Ask(
    String account, String member, String feature, String id, Amounts amounts, Duration ttl) {

  /** So many tokens for the account and for ten minutes. */
  static Ask ask(String id, Amounts amounts) {
    return new Ask(StoreTester.ACCOUNT, "", "create_website", id, amounts, Duration.ofMinutes(10));
  }

  static Ask ask(String id, long websites) {
    return ask(id, Amounts.of("website", websites));
  }

  Ask account(String other) {
    return new Ask(other, member, feature, id, amounts, ttl);
  }

  Ask member(String other) {
    return new Ask(account, other, feature, id, amounts, ttl);
  }

  Ask feature(String other) {
    return new Ask(account, member, other, id, amounts, ttl);
  }

  Ask ttl(Duration other) {
    return new Ask(account, member, feature, id, amounts, other);
  }

  ReserveCommand command() {
    int fingerprint = Objects.hash(member, feature, amounts, ttl);
    return new ReserveCommand(
        account,
        member,
        feature,
        id,
        amounts,
        ttl,
        Map.of("job", id),
        Integer.toHexString(fingerprint));
  }
}
