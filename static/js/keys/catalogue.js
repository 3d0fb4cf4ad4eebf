// Every shortcut there is, by its id: where it holds, its keys, what it does. Modules register an id
// with what to run; the settings page and the help read the rest here. A group's `where` are the
// pages on which its keys hold: two entries may have one key unless they share a page.

export const CATALOGUE = [
  { group: "Everywhere", where: ["library", "image", "cull", "show", "compare"], entries: [
    { id: "help", keys: ["?"], does: "These keys" },
    { id: "palette", keys: ["Ctrl+k"], does: "Commands, albums, tags, folders" },
    { id: "undo", keys: ["Ctrl+z"], does: "Undo" },
    { id: "redo", keys: ["Ctrl+y", "Ctrl+Shift+z"], shown: ["Ctrl+Y"], does: "Do again" },
  ] },
  { group: "Marks", where: ["library", "image", "compare"], entries: [
    { id: "rate", keys: [..."1234567890"], shown: ["1", "…", "9", "0"], does: "Rate, 0 is ten; again to clear" },
    { id: "favourite", keys: ["f"], does: "Favourite" },
    { id: "nsfw", keys: ["n"], does: "NSFW" },
    { id: "deletion", keys: ["x", "Delete"], does: "Mark for deletion" },
    { id: "reveal", keys: ["b"], does: "Show or blur what is NSFW" },
  ] },
  { group: "Images", where: ["library", "image"], entries: [
    { id: "add-tags", keys: ["t"], does: "Add tags" },
    { id: "add-to-album", keys: ["l"], does: "Add to an album" },
    { id: "edit-prompt", keys: ["e"], does: "Edit the prompt" },
    { id: "details", keys: ["i"], does: "Details" },
    { id: "cull", keys: ["c"], does: "Cull: keep or reject one after the other" },
    { id: "slideshow", keys: ["s"], does: "Slideshow" },
  ] },
  { group: "Library", where: ["library"], entries: [
    { id: "compare", keys: ["Shift+c"], does: "Compare the selected, or the first ones" },
    { id: "search", keys: ["/"], does: "Search" },
    { id: "move", keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: "From image to image", isFixed: true },
    { id: "open", keys: ["Enter"], does: "Open", isFixed: true },
    { id: "menu", keys: ["Shift+F10", "ContextMenu"], shown: ["Shift+F10"], does: "Menu of the image or the selection", isFixed: true },
    { id: "select", keys: [" "], does: "Select the image, or not" },
    { id: "select-stretch", keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], shown: ["Shift+←", "→"], does: "Select from image to image", isFixed: true },
    { id: "select-all", keys: ["Ctrl+a"], does: "Select the whole result" },
    { id: "select-invert", keys: ["Ctrl+i"], does: "Select what is not, and the other way round" },
    { id: "select-clear", keys: ["Escape"], does: "Select nothing", isFixed: true },
    { id: "screen", keys: ["PageDown", "PageUp"], does: "A screen further", isFixed: true },
    { id: "ends", keys: ["Home", "End"], does: "First and last image", isFixed: true },
    { id: "square", keys: ["g"], does: "Square tiles or rows" },
    { id: "larger", keys: ["+", "="], shown: ["+"], does: "Larger" },
    { id: "smaller", keys: ["-"], does: "Smaller" },
  ] },
  { group: "Image", where: ["image"], entries: [
    { id: "next-image", keys: ["ArrowRight", "PageDown"], shown: ["→"], does: "Next image" },
    { id: "previous-image", keys: ["ArrowLeft", "PageUp"], shown: ["←"], does: "Previous image" },
    { id: "close", keys: ["Escape"], does: "Back to the library", isFixed: true },
    { id: "zoom-in", keys: ["+", "="], shown: ["+"], does: "Zoom in" },
    { id: "zoom-out", keys: ["-"], does: "Zoom out" },
    { id: "zoom-actual", keys: ["z"], does: "100 %, and back" },
    { id: "filmstrip", keys: ["v"], does: "Filmstrip" },
    { id: "play", keys: [" ", "k"], shown: ["Space"], does: "Play, pause" },
    { id: "seek", keys: [",", "."], does: "Back and on in the video" },
    { id: "mute", keys: ["m"], does: "Sound on or off" },
  ] },
  { group: "Culling", where: ["cull"], entries: [
    { id: "keep", keys: ["k", "ArrowUp", "Enter"], shown: ["K", "↑"], does: "Keep, and on" },
    { id: "reject", keys: ["x", "ArrowDown", "Delete"], shown: ["X", "↓"], does: "Reject: mark for deletion, and on" },
    { id: "cull-undo", keys: ["Backspace", "Ctrl+z"], does: "Undo, back to that image" },
    { id: "cull-advance", keys: ["a"], does: "Go on after rating, or stay" },
    { id: "cull-end", keys: ["c", "Escape"], shown: ["Esc"], does: "End culling" },
  ] },
  { group: "Slideshow", where: ["show"], entries: [
    { id: "show-pause", keys: [" "], does: "Pause, go on" },
    { id: "show-shuffle", keys: ["r"], does: "In random order, or as they come" },
    { id: "show-slower", keys: ["-"], does: "Each one longer" },
    { id: "show-faster", keys: ["+", "="], shown: ["+"], does: "Each one shorter" },
    { id: "show-full", keys: ["Shift+f"], does: "Full screen" },
    { id: "show-end", keys: ["s", "Escape"], shown: ["Esc"], does: "End the slideshow" },
  ] },
  { group: "Compare", where: ["compare"], entries: [
    { id: "compare-side", keys: ["s"], does: "Side by side" },
    { id: "compare-slider", keys: ["d"], does: "Slider over two" },
    { id: "compare-flicker", keys: ["w"], does: "Flicker" },
    { id: "compare-difference", keys: ["a"], does: "Difference" },
    { id: "compare-choose", keys: ["ArrowLeft", "ArrowRight"], does: "The picture before and after; in a duel the better one" },
    { id: "compare-skip", keys: ["ArrowDown"], does: "In a duel: leave this challenger out" },
    { id: "compare-back", keys: ["Backspace"], does: "In a duel: back to the last choice" },
    { id: "compare-all", keys: ["o"], does: "All facts, or only those that differ" },
  ] },
];

export const BY_ID = new Map(CATALOGUE.flatMap(({ group, where, entries }) => entries.map((entry) => [entry.id, { ...entry, group, where }])));
