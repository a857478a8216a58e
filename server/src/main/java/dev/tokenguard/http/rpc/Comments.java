package dev.tokenguard.http.rpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The comments of the proto files, which generated code does not have: out of the descriptors that
 * the contract's jar brings. Immutable.
 */
final class Comments {
  private static final String PROTOSET = "tokenguard/v1/tokenguard.protoset";

  /** By file, and the path that descriptor.proto defines: numbers of fields and places in lists. */
  private final Map<String, Map<List<Integer>, String>> byFile = new HashMap<>();

  private Comments(FileDescriptorSet files) {
    for (FileDescriptorProto file : files.getFileList()) {
      Map<List<Integer>, String> byPath = new HashMap<>();
      for (Location each : file.getSourceCodeInfo().getLocationList()) {
        if (each.hasLeadingComments()) {
          byPath.put(List.copyOf(each.getPathList()), flowing(each.getLeadingComments()));
        }
      }
      byFile.put(file.getName(), byPath);
    }
  }

  static Comments load() throws IOException {
    try (InputStream in = Comments.class.getClassLoader().getResourceAsStream(PROTOSET)) {
      if (in == null) {
        throw new IOException(PROTOSET + " is missing from the jar");
      }
      return new Comments(FileDescriptorSet.parseFrom(in));
    }
  }

  String of(ServiceDescriptor service) {
    return find(service.getFile().getName(), List.of(6, service.getIndex()));
  }

  String of(MethodDescriptor method) {
    return find(
        method.getFile().getName(),
        List.of(6, method.getService().getIndex(), 2, method.getIndex()));
  }

  String of(Descriptor message) {
    return find(message.getFile().getName(), List.of(4, message.getIndex()));
  }

  String of(FieldDescriptor field) {
    return find(
        field.getFile().getName(),
        List.of(4, field.getContainingType().getIndex(), 2, field.getIndex()));
  }

  String of(EnumDescriptor type) {
    return find(type.getFile().getName(), List.of(5, type.getIndex()));
  }

  /** Of a value, by its place. */
  String of(EnumDescriptor type, int value) {
    return find(type.getFile().getName(), List.of(5, type.getIndex(), 2, value));
  }

  private String find(String file, List<Integer> path) {
    return byFile.getOrDefault(file, Map.of()).getOrDefault(path, "");
  }

  /** Lines of a paragraph become one; lists and examples, which are indented, stay. */
  private static String flowing(String comment) {
    StringBuilder text = new StringBuilder();
    for (String line : comment.strip().split("\n")) {
      String stripped = line.startsWith(" ") ? line.substring(1) : line;
      boolean apart = stripped.isBlank() || stripped.startsWith(" ") || stripped.startsWith("-");
      if (text.length() > 0) {
        text.append(apart || text.charAt(text.length() - 1) == '\n' ? "\n" : " ");
      }
      text.append(stripped.stripTrailing());
    }
    return text.toString();
  }
}
