package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tokenguard.v1.GetSettingsResponse;
import dev.tokenguard.v1.LogLevel;
import dev.tokenguard.v1.LogLevelChange;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.SetLogLevelResponse;
import dev.tokenguard.v1.Setting;
import dev.tokenguard.v1.SettingSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code settings} and {@code log-level}. */
class ServerCommandsTest {
  private static final Timestamp TIME = Timestamp.newBuilder().setSeconds(1_773_133_200).build();

  @SuppressWarnings("NullAway.Init") // Set before each.
  private FakeAdmin admin;

  @BeforeEach
  void start() throws Exception {
    admin = new FakeAdmin();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private Shell.Ran run(String command) {
    return new Shell(admin.target()).run(command.split(" ", -1));
  }

  private static Setting setting(String name, String value, SettingSource source, String origin) {
    return Setting.newBuilder()
        .setName(name)
        .setValue(value)
        .setSource(source)
        .setOrigin(origin)
        .build();
  }

  @Test
  void settingsWithWhereTheyComeFrom() {
    admin.answers(
        "GetSettings",
        GetSettingsResponse.newBuilder()
            .setVersion("1.2.3")
            .setJavaVersion("25.0.1")
            .setRedisVersion("Redis 7.2.4")
            .setLayout(2)
            .setStartTime(TIME)
            .addLogLevels(
                LogLevelChange.newBuilder().setLogger("root").setLevel(LogLevel.LOG_LEVEL_DEBUG))
            .addSettings(setting("redis.namespace", "tg", SettingSource.SETTING_SOURCE_DEFAULT, ""))
            .addSettings(
                setting(
                    "redis.uri",
                    "redis://***@host",
                    SettingSource.SETTING_SOURCE_ENVIRONMENT,
                    "TOKENGUARD_REDIS_URI"))
            .build());

    assertEquals(
        """
        TokenGuard 1.2.3 on Java 25.0.1 with Redis 7.2.4, layout 2, since 2026-03-10 16:00:00+07:00
        root logs debug

        setting          value             from
        redis.namespace  tg                default
        redis.uri        redis://***@host  environment TOKENGUARD_REDIS_URI
        """,
        run("settings").out());
    assertTrue(run("settings --set").out().lines().noneMatch(line -> line.contains("namespace")));
    assertTrue(run("settings --json").out().contains("\"version\": \"1.2.3\""));
  }

  @Test
  void aLevelForAWhile() {
    admin.answers(
        "SetLogLevel",
        SetLogLevelResponse.newBuilder()
            .setLogLevel(
                LogLevelChange.newBuilder().setLevel(LogLevel.LOG_LEVEL_DEBUG).setRestoreTime(TIME))
            .build());

    assertEquals(
        "TokenGuard logs debug until 2026-03-10 16:00:00+07:00\n",
        run("log-level debug --for 10m").out());
    run("log-level TRACE --logger dev.tokenguard.store");
    run("log-level restore --logger root");
    assertEquals(
        List.of(
            SetLogLevelRequest.newBuilder()
                .setLevel(LogLevel.LOG_LEVEL_DEBUG)
                .setDuration(Duration.newBuilder().setSeconds(600))
                .build(),
            SetLogLevelRequest.newBuilder()
                .setLevel(LogLevel.LOG_LEVEL_TRACE)
                .setLogger("dev.tokenguard.store")
                .build(),
            SetLogLevelRequest.newBuilder().setLogger("root").setRestore(true).build()),
        admin.requests());
  }

  @Test
  void whatIsWrongIsNotSent() {
    Shell.Ran ran = run("log-level loud");
    assertEquals(2, ran.exitCode());
    assertEquals(
        "tokenguard: 'loud' (expected: error, warn, info, debug, trace, restore)\n", ran.err());
    assertEquals(2, run("log-level restore --for 1h").exitCode());
    assertEquals(List.of(), admin.requests());
  }
}
