/** The page's colour tokens as the red, green and blue that a drawing library understands. */

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", { willReadFrequently: true });

/** The token `name` ("primary", "base-200", "edge") as it is in the page's present theme. */
export function colourOf(name: string): string {
  const style = getComputedStyle(document.documentElement);
  const token = style.getPropertyValue(`--color-${name}`) || style.getPropertyValue(`--${name}`);
  if (!pen || !token) return "#888888";
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = token;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
