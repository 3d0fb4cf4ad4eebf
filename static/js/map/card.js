// The picture under the hand: a card beside its point.

export class Card {
  constructor(section) {
    this.element = section.querySelector("[data-card]");
    this.picture = section.querySelector("[data-card-picture]");
    this.name = section.querySelector("[data-card-name]");
    this.about = section.querySelector("[data-card-about]");
    this.number = -1;
  }

  // Beside `left` and `top`, at least `away` from them.
  show(number, about, [left, top], away, camera, isRevealed) {
    const { element } = this;
    if (this.number !== number || element.dataset.src !== about.src) {
      element.dataset.src = about.src;
      this.picture.src = about.src;
      this.picture.width = about.width;
      this.picture.height = about.height;
      this.name.textContent = about.name;
      this.about.textContent = [about.rating && `${about.rating} of 10`, about.checkpoint].filter(Boolean).join(" · ");
      element.href = about.url;
    }
    element.classList.toggle("is-veiled", about.is_nsfw && !isRevealed);
    this.number = number;
    element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = element;
    const beside = left + away + width > camera.width ? left - away - width : left + away;
    element.style.left = `${Math.max(8, Math.min(beside, camera.width - width - 8))}px`;
    element.style.top = `${Math.max(8, Math.min(top - height / 2, camera.height - height - 8))}px`;
  }

  hide() {
    this.number = -1;
    this.element.hidden = true;
  }
}
