package dev.tokenguard.grpc;

import dev.tokenguard.domain.EffectiveSetting;
import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.domain.ServerInfo;
import dev.tokenguard.service.ServerService.LevelRequest;
import dev.tokenguard.v1.GetSettingsResponse;
import dev.tokenguard.v1.LogLevel;
import dev.tokenguard.v1.LogLevelChange;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.SetLogLevelResponse;
import dev.tokenguard.v1.Setting;
import dev.tokenguard.v1.SettingSource;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between protos and what a server tells of itself. */
final class ServerMapper {

  private ServerMapper() {}

  static GetSettingsResponse settings(ServerInfo info, List<LoggerLevel> levels) {
    return GetSettingsResponse.newBuilder()
        .addAllSettings(info.settings().stream().map(ServerMapper::setting).toList())
        .setVersion(info.version())
        .setJavaVersion(info.javaVersion())
        .setRedisVersion(info.redisVersion())
        .setLayout(info.layout())
        .setStartTime(Times.timestamp(info.started()))
        .addAllLogLevels(levels.stream().map(ServerMapper::change).toList())
        .build();
  }

  private static Setting setting(EffectiveSetting setting) {
    return Setting.newBuilder()
        .setName(setting.name())
        .setValue(setting.value())
        .setDefaultValue(setting.defaultValue())
        .setSource(
            switch (setting.source()) {
              case DEFAULT -> SettingSource.SETTING_SOURCE_DEFAULT;
              case FILE -> SettingSource.SETTING_SOURCE_FILE;
              case ENVIRONMENT -> SettingSource.SETTING_SOURCE_ENVIRONMENT;
              case FLAG -> SettingSource.SETTING_SOURCE_FLAG;
            })
        .setOrigin(setting.origin())
        .build();
  }

  static LevelRequest level(SetLogLevelRequest request) {
    return new LevelRequest(
        request.getLogger(),
        level(request.getLevel()),
        request.hasDuration() ? Times.duration(request.getDuration()) : null,
        request.getRestore());
  }

  private static LoggerLevel.@Nullable Level level(LogLevel level) {
    return switch (level) {
      case LOG_LEVEL_ERROR -> LoggerLevel.Level.ERROR;
      case LOG_LEVEL_WARN -> LoggerLevel.Level.WARN;
      case LOG_LEVEL_INFO -> LoggerLevel.Level.INFO;
      case LOG_LEVEL_DEBUG -> LoggerLevel.Level.DEBUG;
      case LOG_LEVEL_TRACE -> LoggerLevel.Level.TRACE;
      case LOG_LEVEL_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  static SetLogLevelResponse changed(LoggerLevel now) {
    return SetLogLevelResponse.newBuilder().setLogLevel(change(now)).build();
  }

  private static LogLevelChange change(LoggerLevel now) {
    LogLevelChange.Builder change =
        LogLevelChange.newBuilder()
            .setLogger(now.logger())
            .setLevel(
                switch (now.level()) {
                  case ERROR -> LogLevel.LOG_LEVEL_ERROR;
                  case WARN -> LogLevel.LOG_LEVEL_WARN;
                  case INFO -> LogLevel.LOG_LEVEL_INFO;
                  case DEBUG -> LogLevel.LOG_LEVEL_DEBUG;
                  case TRACE -> LogLevel.LOG_LEVEL_TRACE;
                });
    Instant until = now.until();
    if (until != null) {
      change.setRestoreTime(Times.timestamp(until));
    }
    return change.build();
  }
}
