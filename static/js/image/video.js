// Playing by keys: they work wherever the focus is in the viewer. The arrows stay with the images.

const LEAST_S = 0.5, MOST_S = 10;

export function playKeys(viewer) {
  const withVideo = (act) => (event) => (viewer.video ? act(viewer.video, event) : false);
  return [
    { id: "play", run: withVideo(playOrPause) },
    { id: "seek", run: withVideo(seek) },
    { id: "mute", run: withVideo((video) => { video.muted = !video.muted; }) },
  ];
}

function playOrPause(video, { key, target }) {
  if (key === " " && target.closest("a, button, input, label, summary")) return false;
  if (video.paused) video.play().catch(() => {}); // why not is told by its error event
  else video.pause();
  return true;
}

function seek(video, { key }) {
  const step = Math.min(MOST_S, Math.max(LEAST_S, (video.duration || 0) / 20));
  video.currentTime = Math.max(0, video.currentTime + (key === "." ? step : -step));
}
