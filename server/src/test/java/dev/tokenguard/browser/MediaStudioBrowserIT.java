package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import dev.tokenguard.domain.Role;
import org.junit.jupiter.api.Test;

/** What an operator of a media studio does: groups of users who share images and videos. */
@BrowserTest(catalog = "media-studio.yaml")
class MediaStudioBrowserIT {
  private static final String PRODUCT = "media studio";

  @Test
  void aGroupFromItsBeginningToItsEnd(Sidecar sidecar, Visitors visitors) {
    Operator fon =
        Operator.signedIn(
            visitors.arrive(Look.LAPTOP).expectError("status of 4(00|09|12)"),
            sidecar,
            sidecar.key(Role.OPERATOR),
            "");
    fon.begin();
    fon.link("Groups");
    fon.button("New group");
    fon.opens("New group");
    fon.type("Group’s id", "studio-1");
    fon.type("Name", "Studio One");
    fon.type("Images", "100");
    fon.type("Videos", "20");
    fon.sees("Only users that you add may spend its tokens.");
    fon.visitor().checkAccessibility();
    fon.visitor().screenshot("task-group");
    fon.confirm("Make the group", "studio-1 is open");
    fon.done(PRODUCT, "make a group with limits");
    assertThat(fon.bar("Images: 100 of 100 left")).isVisible();
    assertThat(fon.bar("Videos: 20 of 20 left")).isVisible();

    addThirtyUsers(fon);
    setACap(fon, sidecar);
    editALimit(fon);
    deleteIt(fon, sidecar);
  }

  private static void addThirtyUsers(Operator fon) {
    StringBuilder users = new StringBuilder();
    for (int i = 1; i <= 30; i++) {
      users.append("user-%02d\n".formatted(i));
    }
    fon.begin();
    fon.button("Add users to studio-1");
    fon.opens("Add users to studio-1");
    fon.type("Users", users.append("no/id\n").toString());
    fon.sees("1 line is not sent: no/id is no id.");
    fon.sees("30 users become members of studio-1");
    fon.button("Add 30 users");
    assertThat(fon.dialog().getByRole(AriaRole.STATUS)).hasText("30 added, 1 not sent");
    assertThat(fon.row("no/id")).containsText("Not right");
    assertThat(fon.row("user-30")).containsText("Done");
    fon.visitor().checkAccessibility();
    fon.visitor().screenshot("task-bulk");
    fon.button(fon.dialog().locator("footer"), "Close");
    fon.done(PRODUCT, "add 30 users by pasting them, in a group");
    assertThat(fon.row("user-01")).isVisible();
  }

  private static void setACap(Operator fon, Sidecar sidecar) {
    fon.begin();
    fon.button("Caps of user-01");
    fon.opens("Caps of user-01");
    fon.type("Images", "5");
    fon.confirm("Save", "The caps of user-01 are set");
    fon.done(PRODUCT, "cap what a member may use, in a group");
    sidecar.guard(
        "Consume",
        "{account_id: studio-1, member_id: user-01, feature: generate_image, reservation_id: i1}");
    assertThat(fon.bar("Images: 4 of 5 left")).isVisible();
    assertThat(fon.bar("Images: 99 of 100 left")).isVisible();
  }

  private static void editALimit(Operator fon) {
    fon.begin();
    fon.button("Edit the group studio-1");
    fon.opens("Edit the group studio-1");
    fon.type("Images", "500");
    fon.sees("Images: 1 of 100 used; a limit of 500 leaves 499.");
    fon.confirm("Save", "studio-1 is changed");
    fon.done(PRODUCT, "change a limit, in a group");
    assertThat(fon.bar("Images: 499 of 500 left")).isVisible();
  }

  private static void deleteIt(Operator fon, Sidecar sidecar) {
    sidecar.guard(
        "CheckAndReserve",
        "{account_id: studio-1, member_id: user-02, feature: generate_video, reservation_id: v1}");
    assertThat(fon.bar("Videos: 19 of 20 left")).isVisible();
    fon.begin();
    fon.button("Delete the group studio-1");
    fon.opens("Delete the group studio-1");
    fon.type("Type studio-1 to confirm", "studio-1");
    fon.button("Delete for good");
    assertThat(fon.dialog().getByRole(AriaRole.ALERT)).isVisible();
    fon.visitor().checkAccessibility();
    fon.tick("Delete it also while work runs on it");
    fon.confirm("Delete for good", "studio-1 is deleted, 1 hold was returned first");
    fon.done(PRODUCT, "delete a group while work runs on it, in the group");
    fon.sees("No groups yet");
  }
}
