package dev.tokenguard.store.redis;

import dev.tokenguard.domain.AccountFields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * STANDING of {@code layout.lua}: what only operators change of an account.
 *
 * @param profile what the rules that it is under depend on
 * @param fields what operators set
 * @param members members that were added
 */
record Standing(Profile profile, AccountFields fields, long members) {
  private static final int PROFILE = at("S_PROFILE");
  private static final int PLAN = at("S_PLAN");
  private static final int OPENED = at("S_OPENED");
  private static final int STATUS = at("S_STATUS");
  private static final int EXPIRES = at("S_EXPIRES");
  private static final int GRACE = at("S_GRACE");
  private static final int CLOSED = at("S_CLOSED");
  private static final int ZONE = at("S_ZONE");
  private static final int LOCALE = at("S_LOCALE");
  private static final int ALLOWANCES = at("S_ALLOWANCES");
  private static final int PAYER = at("S_PAYER");
  private static final int PAYER_SINCE = at("S_PAYER_SINCE");
  private static final int MEMBERS = at("S_MEMBERS");
  private static final int INFO = at("S_INFO");
  private static final long SUSPENDED =
      Long.parseLong(String.valueOf(ScriptAssembler.constant("SUSPENDED")));

  static Standing of(byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    Profile profile =
        new Profile(
            text(values, PLAN),
            number(values, PROFILE),
            number(values, OPENED),
            text(values, ZONE),
            text(values, LOCALE),
            Allowances.unpack((byte[]) values.get(ALLOWANCES)),
            text(values, PAYER),
            number(values, PAYER_SINCE));
    List<Object> info = StoredValues.values((byte[]) values.get(INFO));
    long expires = number(values, EXPIRES);
    AccountFields fields =
        new AccountFields(
            info.isEmpty() ? "" : StoredValues.text(info, 0),
            info.isEmpty() ? "" : StoredValues.text(info, 1),
            profile.plan(),
            number(values, STATUS) == SUSPENDED,
            expires == 0 ? null : Instant.ofEpochMilli(expires),
            Duration.ofMillis(number(values, GRACE)),
            number(values, CLOSED) == 1,
            profile.zone(),
            profile.locale(),
            profile.allowances());
    return new Standing(profile, fields, number(values, MEMBERS));
  }

  Instant opened() {
    return Instant.ofEpochMilli(profile.opened());
  }

  /** Whether an account of these fields is as one that nobody created. */
  static boolean isPlain(AccountFields fields, String defaultPlan) {
    return fields.plan().equals(defaultPlan)
        && fields.zone().isEmpty()
        && fields.locale().isEmpty()
        && fields.allowances().isEmpty();
  }

  /** What {@code create.lua} takes: everything but plan and opening. */
  static byte[] packed(AccountFields fields, long version) {
    byte[] own = Allowances.pack(fields.allowances());
    byte[] info = info(fields);
    return Packer.pack(
        out ->
            out.packLong(version)
                .packLong(status(fields))
                .packLong(expires(fields))
                .packLong(fields.grace().toMillis())
                .packLong(fields.membersOnly() ? 1 : 0)
                .packString(fields.zone())
                .packString(fields.locale())
                .packRawStringHeader(own.length)
                .writePayload(own)
                .packRawStringHeader(info.length)
                .writePayload(info));
  }

  /**
   * What {@code update.lua} takes: positions and values.
   *
   * @param before the fields as they are
   * @param after the fields that change
   * @param changed which
   */
  static byte[] changes(
      AccountFields before, AccountFields after, Set<AccountFields.Field> changed) {
    List<Object> rows = new ArrayList<>();
    for (AccountFields.Field field : changed) {
      switch (field) {
        case PLAN -> add(rows, PLAN, after.plan());
        case STATUS -> add(rows, STATUS, status(after));
        case EXPIRE_TIME -> add(rows, EXPIRES, expires(after));
        case GRACE_PERIOD -> add(rows, GRACE, after.grace().toMillis());
        case MEMBERS_ONLY -> add(rows, CLOSED, after.membersOnly() ? 1L : 0L);
        case TIME_ZONE -> add(rows, ZONE, after.zone());
        case LOCALE -> add(rows, LOCALE, after.locale());
        case ALLOWANCES -> add(rows, ALLOWANCES, Allowances.pack(after.allowances()));
        case DISPLAY_NAME, DESCRIPTION -> {
          boolean name = changed.contains(AccountFields.Field.DISPLAY_NAME);
          boolean description = changed.contains(AccountFields.Field.DESCRIPTION);
          add(
              rows,
              INFO,
              info(
                  name ? after.displayName() : before.displayName(),
                  description ? after.description() : before.description()));
        }
      }
    }
    return Packer.pack(
        out -> {
          for (Object value : rows) {
            if (value instanceof Long number) {
              out.packLong(number);
            } else if (value instanceof String text) {
              out.packString(text);
            } else {
              byte[] bytes = (byte[]) value;
              out.packRawStringHeader(bytes.length).writePayload(bytes);
            }
          }
        });
  }

  private static void add(List<Object> rows, int position, Object value) {
    rows.add(position + 1L); // Lua counts from 1
    rows.add(value);
  }

  private static long status(AccountFields fields) {
    return fields.suspended() ? SUSPENDED : 0;
  }

  private static long expires(AccountFields fields) {
    Instant expires = fields.expires();
    return expires == null ? 0 : expires.toEpochMilli();
  }

  private static byte[] info(AccountFields fields) {
    return info(fields.displayName(), fields.description());
  }

  private static byte[] info(String name, String description) {
    return name.isEmpty() && description.isEmpty()
        ? new byte[0]
        : Packer.pack(out -> out.packString(name).packString(description));
  }

  private static long number(List<Object> values, int index) {
    return StoredValues.number(values, index);
  }

  private static String text(List<Object> values, int index) {
    return StoredValues.text(values, index);
  }

  /** A position of {@code layout.lua}; Lua counts from 1. */
  private static int at(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name))) - 1;
  }
}
