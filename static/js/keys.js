// The one register of keys: modules add theirs, the help dialog lists them all.

const groups = new Map();

// Each entry: `keys` as KeyboardEvent.key says them (letters in lower case), `shown` for people,
// `does` in a few words, and `run(event)`, left out where the module listens by itself.
export function register(group, entries) {
  groups.set(group, [...(groups.get(group) ?? []), ...entries]);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  for (const entries of groups.values()) {
    const entry = entries.find((one) => one.run && one.keys.includes(key));
    if (entry && entry.run(event) !== false) {
      event.preventDefault();
      return;
    }
  }
});

export function isTyping(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || element.matches("textarea, select, input:not([type=range], [type=checkbox])"));
}

register("Everywhere", [{ keys: ["?"], shown: ["?"], does: "These keys", run: showHelp }]);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) showHelp();
  const dialog = event.target;
  if (dialog instanceof HTMLDialogElement && dialog.id === "help") dialog.close(); // its backdrop
});

export function showHelp() {
  const dialog = document.getElementById("help");
  dialog.querySelector(".help-body").replaceChildren(...[...groups].map(([title, entries]) => {
    const section = document.createElement("section");
    const list = document.createElement("dl");
    for (const entry of entries) {
      const does = document.createElement("dt"), shown = document.createElement("dd");
      does.textContent = entry.does;
      shown.append(...entry.shown.map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
      list.append(does, shown);
    }
    section.append(Object.assign(document.createElement("h2"), { textContent: title }), list);
    return section;
  }));
  if (!dialog.open) dialog.showModal();
}
