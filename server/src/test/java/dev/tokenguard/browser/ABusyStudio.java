package dev.tokenguard.browser;

/** A media studio in the middle of its month, for pictures that look like real life. */
final class ABusyStudio {
  private static final String CONSUME =
      "{account_id: %s, member_id: '%s', feature: generate_%s, reservation_id: '%s', amounts: {%s: %d}}";

  private final Sidecar sidecar;
  private int ids;

  private ABusyStudio(Sidecar sidecar) {
    this.sidecar = sidecar;
  }

  /** Opens its groups and lets them work. */
  static void fill(Sidecar sidecar) {
    ABusyStudio studio = new ABusyStudio(sidecar);
    studio.group("studio-north", "Northern Lights", "Film school, second year", 100, 20);
    studio.group("studio-south", "Southern Cross", "Weddings and portraits", 500, 60);
    studio.group("studio-east", "Eastern Post", "Daily news", 250, 40);
    studio.group("studio-west", "West Side Stories", "Short films", 100, 20);
    studio.north();
    studio.work("studio-south", "mina", "image", 210);
    studio.work("studio-south", "oskar", "video", 18);
    studio.work("studio-east", "tariq", "image", 246);
    studio.work("studio-east", "lin", "video", 35);
    studio.work("studio-west", "sam", "image", 12);
  }

  private void group(String id, String name, String about, int images, int videos) {
    sidecar.admin(
        "CreateAccount",
        """
        {account: {account_id: %s, plan: group, display_name: '%s', description: '%s', members_only: true,
          allowances: [{token_type: image, amount: %d, resets: monthly}, {token_type: video, amount: %d, resets: monthly}]}}
        """
            .formatted(id, name, about, images, videos));
  }

  private void north() {
    for (String member :
        new String[] {"arash", "busaba", "chen", "dariush", "emilia", "fatimeh", "gunnar"}) {
      member("studio-north", member, member.equals("busaba") ? "{image: 20}" : "{}");
    }
    work("studio-north", "arash", "image", 31);
    work("studio-north", "busaba", "image", 19);
    work("studio-north", "chen", "image", 22);
    work("studio-north", "dariush", "image", 9);
    work("studio-north", "emilia", "video", 6);
    work("studio-north", "fatimeh", "video", 3);
    sidecar.grant("studio-north", "video", 5);
    sidecar.guard(
        "CheckAndReserve",
        "{account_id: studio-north, member_id: gunnar, feature: generate_video, reservation_id: trailer-7, amounts: {video: 2}}");
    // Refused: her cap, and more than there is.
    sidecar.guard(
        "Consume", CONSUME.formatted("studio-north", "busaba", "image", "poster-12", "image", 2));
    sidecar.guard(
        "Consume",
        CONSUME.formatted("studio-north", "chen", "image", "contact-sheet-3", "image", 40));
  }

  private void member(String group, String member, String caps) {
    sidecar.admin(
        "AddMember",
        "{account_id: %s, member_id: %s, caps: %s, request_id: 'm%d'}"
            .formatted(group, member, caps, ++ids));
  }

  private void work(String group, String member, String type, int amount) {
    if (!group.equals("studio-north")) {
      member(group, member, "{}");
    }
    sidecar.guard(
        "Consume", CONSUME.formatted(group, member, type, type + "-" + ++ids, type, amount));
  }
}
