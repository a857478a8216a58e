package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Amounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Packs arguments as MessagePack, which scripts read with {@code cmsgpack}. */
final class Packer {
  // The cmsgpack of Redis knows the first MessagePack only: no bin, and str8 is not sure.
  private static final MessagePack.PackerConfig CONFIG =
      new MessagePack.PackerConfig().withBufferSize(512).withStr8FormatSupport(false);
  private static final byte[] EMPTY = {};

  private Packer() {}

  /** What is packed, written by one call each. */
  interface Body {
    void writeTo(MessageBufferPacker out) throws IOException;
  }

  static byte[] pack(Body body) {
    try (MessageBufferPacker out = CONFIG.newBufferPacker()) {
      body.writeTo(out);
      return out.toByteArray();
    } catch (IOException e) { // it writes to memory
      throw new UncheckedIOException(e);
    }
  }

  /** A sequence of integers. */
  static byte[] numbers(long... numbers) {
    return pack(
        out -> {
          for (long number : numbers) {
            out.packLong(number);
          }
        });
  }

  /** A sequence of type, amount ... in order of type; no bytes for no amounts. */
  static byte[] amounts(Amounts amounts) {
    return pack(
        out -> {
          for (Map.Entry<String, Long> entry : amounts.byType().entrySet()) {
            out.packString(entry.getKey()).packLong(entry.getValue());
          }
        });
  }

  /** A map in order of key; no bytes for an empty one. */
  static byte[] metadata(Map<String, String> metadata) {
    if (metadata.isEmpty()) {
      return EMPTY;
    }
    return pack(
        out -> {
          out.packMapHeader(metadata.size());
          for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
            out.packString(entry.getKey()).packString(entry.getValue());
          }
        });
  }
}
