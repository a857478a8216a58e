package dev.tokenguard.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operators set of an account.
 *
 * @param displayName its name for people
 * @param description what it is for
 * @param plan name of its plan
 * @param suspended whether it may not spend
 * @param expires end of its subscription; null for none
 * @param grace how long after that it may still spend
 * @param membersOnly whether only members that were added may spend
 * @param zone its own time zone; empty for the plan's
 * @param locale its own language as a BCP 47 tag; empty for none
 * @param allowances what it has in place of its plan's
 */
public record AccountFields(
    String displayName,
    String description,
    String plan,
    boolean suspended,
    @Nullable Instant expires,
    Duration grace,
    boolean membersOnly,
    String zone,
    String locale,
    List<OwnAllowance> allowances) {

  /** Which of them an update changes. */
  public enum Field {
    DISPLAY_NAME,
    DESCRIPTION,
    PLAN,
    STATUS,
    EXPIRE_TIME,
    GRACE_PERIOD,
    MEMBERS_ONLY,
    TIME_ZONE,
    LOCALE,
    ALLOWANCES
  }

  /** These, with some of them replaced by others. */
  public AccountFields with(AccountFields others, Set<Field> replaced) {
    return new AccountFields(
        replaced.contains(Field.DISPLAY_NAME) ? others.displayName : displayName,
        replaced.contains(Field.DESCRIPTION) ? others.description : description,
        replaced.contains(Field.PLAN) ? others.plan : plan,
        replaced.contains(Field.STATUS) ? others.suspended : suspended,
        replaced.contains(Field.EXPIRE_TIME) ? others.expires : expires,
        replaced.contains(Field.GRACE_PERIOD) ? others.grace : grace,
        replaced.contains(Field.MEMBERS_ONLY) ? others.membersOnly : membersOnly,
        replaced.contains(Field.TIME_ZONE) ? others.zone : zone,
        replaced.contains(Field.LOCALE) ? others.locale : locale,
        replaced.contains(Field.ALLOWANCES) ? others.allowances : allowances);
  }
}
