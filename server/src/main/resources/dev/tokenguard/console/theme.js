// Before anything is drawn: the theme that was chosen, so that a dark screen does not flash white.
// A classic script on purpose: modules run after the first paint.
(() => {
  try {
    const theme = localStorage.getItem('tokenguard.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // A browser that keeps nothing: the system's theme.
  }
})();
