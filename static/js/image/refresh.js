// What is known of the image is shown as it is after an act; who was writing a tag goes on writing.

async function refresh() {
  for (const details of document.querySelectorAll(".details[data-details]")) {
    const focused = details.contains(document.activeElement) ? document.activeElement.getAttribute("name") : null;
    const host = details.parentElement;
    await window.htmx.ajax("GET", details.dataset.details, { target: details, swap: "outerHTML", select: ".details" });
    if (focused) host.querySelector(`.details [name="${focused}"]:not([type=hidden])`)?.focus();
  }
}

document.addEventListener("act:done", refresh);
document.addEventListener("history:changed", refresh);
