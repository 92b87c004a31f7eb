/** Passes a link on: by the device's own sheet where there is one, else to the clipboard. */
import { island, toast, word } from "./core";

export function mount(button: HTMLElement): void {
  button.addEventListener("click", async () => {
    const url = new URL(button.dataset.share || location.href, location.href).href;
    const title = button.dataset.shareTitle ?? document.title;
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share({ title, url }).catch(() => undefined);
      return;
    }
    await navigator.clipboard.writeText(url);
    toast(word("copied"), "success");
  });
}

island("[data-share]", mount);
