package dev.tokenguard.domain;

import java.util.Optional;

/**
 * What an account gets of one token type in place of its plan's allowance.
 *
 * @param tokenType the token type
 * @param amount tokens a period, from 0 to {@link Amounts#MAX}
 * @param resets when the next period begins; empty for when the plan's does, or never where the
 *     plan has none of this type
 * @param rolloverMax unused tokens that a reset carries over at most
 * @param carryDebt whether debt survives a reset
 */
public record OwnAllowance(
    String tokenType, long amount, Optional<Schedule> resets, long rolloverMax, boolean carryDebt) {

  /** What it comes to on a plan. */
  Allowance on(Plan plan) {
    Allowance planned = plan.allowances().get(tokenType);
    Schedule schedule = resets.orElse(planned == null ? new Schedule.Never() : planned.resets());
    return new Allowance(tokenType, amount, schedule, rolloverMax, carryDebt);
  }
}
