// The door of a share link that asks for nothing: it opens by itself. (By POST: programs that fetch links to show a preview
// must not count as somebody who came in.)
document.querySelector<HTMLFormElement>("form[data-enter]")?.requestSubmit();
