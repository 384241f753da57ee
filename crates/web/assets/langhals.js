// Keeps an open page up to date: whenever the server says that something changed, the page is fetched again and
// its <main> takes the new form in place (Idiomorph), so that focus, scrolling and what is being typed stay.
// Without this script every page works all the same; it is then as old as its "Stand".
(() => {
  "use strict";
  // Milliseconds.
  const SETTLE = 150; // many changes at once are one
  const REST = 1_000; // between two refreshes
  const PATIENCE = 30_000;
  const MINUTE = 60_000;
  const TRAINING = 1_000;
  // Where there is room, the filters are simply there.
  if (matchMedia("(min-width: 64rem)").matches) {
    for (const details of document.querySelectorAll("details[data-wide]")) details.open = true;
  }
  const main = document.querySelector("main");
  if (!main || !main.hasAttribute("data-live")) return;

  let due = null;
  let underWay = false;
  let again = false;
  let last = 0;

  function soon() {
    if (document.hidden) {
      again = true;
    } else if (due === null) {
      due = setTimeout(refresh, Math.max(SETTLE, last + REST - Date.now()));
    }
  }

  async function refresh() {
    due = null;
    if (underWay) {
      again = true;
      return;
    }
    underWay = true;
    again = false;
    try {
      const answer = await fetch(location.href, {
        headers: { "X-Langhals-Live": "1" },
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status === 401) return location.reload();
      if (answer.ok) take(await answer.text());
    } catch (error) {
      // The server is restarting, or the line is down: the stream says when it is back. Anything else is a defect.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      underWay = false;
      last = Date.now();
      if (again) soon();
    }
  }

  function take(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const content = fresh.querySelector("main");
    if (!content) return;
    document.title = fresh.title;
    Idiomorph.morph(main, content.innerHTML, {
      morphStyle: "innerHTML",
      ignoreActiveValue: true,
      callbacks: {
        // What a reader is filling in or has opened is theirs.
        beforeNodeMorphed: (old) => !(old instanceof Element && old.hasAttribute("data-keep")),
        beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
      },
    });
    draw();
  }

  // A slider shows what stands in the row of its table.
  function draw() {
    for (const slider of main.querySelectorAll("input[type=range][data-rows]")) {
      const rows = document.getElementById(slider.dataset.rows)?.querySelectorAll("tbody tr") ?? [];
      const row = rows[Number(slider.value)];
      if (!row) continue;
      for (const cell of row.querySelectorAll("[data-shown]")) {
        const place = document.getElementById(cell.dataset.shown);
        if (place) place.textContent = cell.textContent;
      }
      slider.setAttribute("aria-valuetext", row.textContent.replace(/\s+/g, " ").trim());
      for (const one of rows) one.toggleAttribute("data-chosen", one === row);
    }
  }

  // A tab that nobody sees keeps no stream: a browser has few connections for one server.
  let stream = null;
  function listen() {
    if (document.hidden || (stream && stream.readyState !== EventSource.CLOSED)) return;
    stream = new EventSource("/ereignisse");
    stream.addEventListener("changed", soon);
    // After a break nobody knows what was missed.
    let broken = false;
    stream.addEventListener("error", () => { broken = true; });
    stream.addEventListener("open", () => {
      if (broken) soon();
      broken = false;
    });
  }
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
    } else {
      listen();
      soon();
    }
  });
  main.addEventListener("input", (event) => { if (event.target.matches("input[type=range]")) draw(); });
  // Waiting times and days left pass without any event; a training moves faster.
  setInterval(() => {
    listen();
    soon();
  }, MINUTE);
  setInterval(() => { if (main.querySelector("[data-live='1']")) soon(); }, TRAINING);
  listen();
  draw();
})();
