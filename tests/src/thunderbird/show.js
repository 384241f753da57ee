// A table over the message, with the column of the tags, newest first; one message open.
const [titles] = args;
Services.prefs.setIntPref("mail.pane_config.dynamic", 0);
Services.prefs.setIntPref("mail.threadpane.listview", 1);
window.moveTo(0, 0);
window.resizeTo(screen.width, screen.height);
const pane = document.getElementById("tabmail").currentAbout3Pane;
const shown = ["flaggedCol", "subjectCol", "correspondentCol", "tagsCol", "dateCol"];
const place = column => (shown.includes(column.id) ? shown.indexOf(column.id) : shown.length + column.ordinal);
const columns = [...pane.threadPane.columns].sort((a, b) => place(a) - place(b));
columns.forEach((column, at) => {
  column.ordinal = at;
  column.hidden = !shown.includes(column.id);
});
pane.threadPane.onColumnsReordered({ columns });
pane.sortController.sortThreadPane("dateCol");
pane.sortController.sortDescending();
pane.document.getElementById("messagePaneSplitter").height = 300;
document.getElementById("status-bar").hidden = true;
const view = pane.gDBView;
await until("the list", () => view.rowCount > 0);
const rows = [...Array(view.rowCount).keys()].map(at => [
  view.cellTextForColumn(at, "subjectCol"),
  view.cellTextForColumn(at, "tagsCol"),
]);
const newest = [...rows.keys()].find(at => titles.every(title => rows[at][1].includes(title)));
if (newest === undefined) {
  throw new Error("no message carries " + titles.join(", "));
}
pane.threadTree.selectedIndex = newest;
pane.threadTree.scrollToIndex(newest, true);
const message = () => document.getElementById("tabmail").currentAboutMessage;
await until("the message's tags", () => {
  const box = message()?.document.getElementById("expandedtagsBox");
  return box && titles.every(title => box.textContent.includes(title));
});
// Until its style is there, the text begins with headers.
await until("the message's text", () => {
  const shown = message().getMessagePaneBrowser()?.contentWindow;
  const headers = shown?.document.querySelector("table.moz-main-header");
  return shown?.document.readyState === "complete" && headers && shown.getComputedStyle(headers).display === "none";
});
for (let frame = 0; frame < 10; frame++) {
  await new Promise(go => pane.requestAnimationFrame(go));
}
resolve(rows);
