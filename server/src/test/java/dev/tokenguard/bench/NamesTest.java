package dev.tokenguard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of accounts. */
class NamesTest {
  private final Names names = new Names();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 999, 10_000, 65_536})
  void eachAccountHasItsTurnBeforeAnyHasASecondOne(int count) {
    Supplier<Caller> mixed = names.mixed('m', count);
    Set<Caller> first = new HashSet<>();
    for (int i = 0; i < count; i++) {
      first.add(mixed.get());
    }

    Set<Caller> all = Set.of(Caller.alone(names.accounts('m', count)));
    assertEquals(all, first);
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 1_000_000})
  void neighboursAreNotCalledOneAfterTheOther(int count) {
    Supplier<Caller> mixed = names.mixed('m', count);

    Caller first = mixed.get();
    Caller second = mixed.get();

    assertEquals(Caller.alone(names.account('m', 0)), first);
    assertNotEquals(Caller.alone(names.account('m', 1)), second);
  }
}
