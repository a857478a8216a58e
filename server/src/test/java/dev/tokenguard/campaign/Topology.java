package dev.tokenguard.campaign;

import java.util.List;

/** A Redis of some shape, and what can be done to it. */
interface Topology extends AutoCloseable {

  /** What it is called in the report. */
  String name();

  /** How it is set, as the report says it. */
  String setting();

  /** Where a sidecar finds it. */
  String uri(int sidecar);

  /** More settings for every sidecar. */
  default List<String> settings() {
    return List.of();
  }

  /** What may happen to it. */
  List<Fault> faults();

  /** When there were two masters, of which one was about to be none. */
  default List<Failovers.Overlap> failovers() {
    return List.of();
  }

  /** Makes everything well again, and waits until it is. */
  void heal();

  @Override
  void close();
}
