package dev.tokenguard.command;

import dev.tokenguard.v1.GetSettingsRequest;
import dev.tokenguard.v1.GetSettingsResponse;
import dev.tokenguard.v1.LogLevelChange;
import dev.tokenguard.v1.Setting;
import dev.tokenguard.v1.SettingSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How a running server is set. */
@Command(
    name = "settings",
    sortOptions = false,
    description = "How a running server is set, and which build it is; secrets are masked.")
final class SettingsCommand extends AdminCommand {
  @Option(names = "--set", description = "Only settings that somebody has set.")
  private boolean onlySet;

  @Override
  int run(Session session) {
    GetSettingsResponse answer =
        session.admin().getSettings(GetSettingsRequest.getDefaultInstance());
    answer(answer, () -> tell(answer));
    return DONE;
  }

  private void tell(GetSettingsResponse server) {
    say(
        "TokenGuard %s on Java %s%s, layout %d, since %s",
        server.getVersion(),
        server.getJavaVersion(),
        server.getRedisVersion().isEmpty() ? "" : " with " + server.getRedisVersion(),
        server.getLayout(),
        time(server.hasStartTime(), server.getStartTime()));
    for (LogLevelChange each : server.getLogLevelsList()) {
      say("%s", LogLevelCommand.told(this, each));
    }
    say("");
    Table table = new Table(out(), "setting", "value", "from");
    for (Setting each : server.getSettingsList()) {
      boolean byDefault = each.getSource() == SettingSource.SETTING_SOURCE_DEFAULT;
      if (!onlySet || !byDefault) {
        table.row(
            each.getName(),
            each.getValue(),
            byDefault ? Choice.word(each.getSource()) : from(each));
      }
    }
    table.print();
  }

  private static String from(Setting setting) {
    return Choice.word(setting.getSource()) + " " + setting.getOrigin();
  }
}
