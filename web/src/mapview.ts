/** One MapLibre map under our colours. Loaded lazily by `map.ts`. */
import type { Feature, FeatureCollection, Point, Position } from "geojson";
import {
  addProtocol,
  LngLatBounds,
  Map as MapLibre,
  Marker,
  NavigationControl,
  Popup,
  setWorkerUrl,
  type ExpressionSpecification,
  type StyleSpecification,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import "./mapnote.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { baseLayers } from "./basemap";
import { word } from "./core";
import { colourOf } from "./colours";
import { legend, scaleOf, type Values } from "./figures";

setWorkerUrl(workerUrl);

export type Pick = { latitude: number; longitude: number };

/** What a map can be asked to do. */
export type View = {
  /** Fetches and shows what the element's data attributes name. */
  fill(): Promise<void>;
  /** Lets a tap (or Enter, for the middle) choose a place. */
  choose(chosen: (point: Pick) => void): void;
  /** Puts the marker at a place and goes there. */
  show(point: Pick): void;
  /** Colours areas by their code (a colour token, or none) and outlines the chosen ones. */
  paint(classes: ReadonlyMap<string, string>, chosen: ReadonlySet<string>): void;
  /** Hears the code of an area that is clicked. */
  onArea(touched: (code: string) => void): void;
};

/** The outlines that are on the map; finer ones take their place when one comes closer. */
type Outlines = { areas: FeatureCollection };

type Properties = { count?: number; code?: string; title?: string; state?: string; tone?: string; url?: string };

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const PADDING = 24;

/** Draws the base in `element` and resolves when it can be asked for more. */
export async function draw(element: HTMLElement): Promise<View> {
  if (element.dataset.baseMap?.includes(".pmtiles")) {
    const { Protocol } = await import("pmtiles");
    addProtocol("pmtiles", new Protocol().tile);
  }
  const areas = await fetchAreas(element.dataset.areasUrl);
  const shown: Outlines = { areas };
  const map = new MapLibre({
    container: element,
    style: await styleOf(element, areas),
    ...startOf(element, areas),
    attributionControl: element.dataset.attribution ? { customAttribution: element.dataset.attribution } : false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    minZoom: 5,
    maxZoom: 19,
    locale: {
      "Map.Title": element.dataset.label ?? word("map-label"),
      "NavigationControl.ZoomIn": word("map-zoom-in"),
      "NavigationControl.ZoomOut": word("map-zoom-out"),
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await new Promise<void>((done) => map.once("load", () => done()));
  repaintWithTheme(map, element, shown);
  refine(map, element, shown);
  if (areas.features.some(({ properties }) => properties?.approximate)) element.append(note(word("map-approximate")));
  return viewOf(map, element, shown);
}

function note(text: string): HTMLElement {
  const line = document.createElement("p");
  line.className = "map-note";
  line.textContent = text;
  return line;
}

function viewOf(map: MapLibre, element: HTMLElement, shown: Outlines): View {
  let pin: Marker | undefined;
  const place = (point: Pick): Marker => {
    pin ??= new Marker({ color: colourOf("primary"), draggable: true }).setLngLat([point.longitude, point.latitude]).addTo(map);
    return pin.setLngLat([point.longitude, point.latitude]);
  };
  return {
    async fill() {
      if (element.dataset.valuesUrl) await showValues(map, element, shown);
      if (element.dataset.pointsUrl) showPoints(map, element.dataset.pointsUrl);
    },
    choose(chosen) {
      const choose = (latitude: number, longitude: number): void => {
        const fresh = !pin;
        const marker = place({ latitude, longitude });
        if (fresh) marker.on("dragend", () => chosen(pointOf(marker)));
        chosen({ latitude, longitude });
      };
      map.getCanvas().classList.add("cursor-crosshair");
      map.on("click", ({ lngLat }) => choose(lngLat.lat, lngLat.lng));
      map.getCanvas().addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        choose(map.getCenter().lat, map.getCenter().lng);
      });
    },
    show(point) {
      place(point);
      map.jumpTo({ center: [point.longitude, point.latitude], zoom: Math.max(map.getZoom(), 15) });
    },
    paint: (classes, chosen) => paintClasses(map, shown, classes, chosen),
    onArea(touched) {
      map.on("click", "areas", ({ features }) => {
        const code = features?.[0]?.properties?.code as string | undefined;
        if (code) touched(code);
      });
    },
  };
}

function paintClasses(map: MapLibre, { areas }: Outlines, classes: ReadonlyMap<string, string>, chosen: ReadonlySet<string>): void {
  for (const { properties } of areas.features) {
    const code = String(properties?.code);
    const token = classes.get(code);
    map.setFeatureState({ source: "areas", id: code }, { colour: token ? colourOf(token) : colourOf("base-100"), chosen: chosen.has(code) });
  }
  map.setPaintProperty("areas", "fill-color", ["to-color", ["feature-state", "colour"], colourOf("base-100")]);
  map.setPaintProperty("areas", "fill-opacity", 0.8);
  map.setPaintProperty("area-edges", "line-color", ["case", ["boolean", ["feature-state", "chosen"], false], colourOf("base-content"), colourOf("base-100")]);
  map.setPaintProperty("area-edges", "line-width", ["case", ["boolean", ["feature-state", "chosen"], false], 3, 1]);
  map.setPaintProperty("area-edges", "line-opacity", 1);
}

/** The steps of zoom at which the server has finer outlines; see `queries/map_outlines.py`. */
const FINER = [11, 14];

/** Fetches finer outlines once one comes close enough to see the difference; coarser ones are not fetched again. */
function refine(map: MapLibre, element: HTMLElement, shown: Outlines): void {
  const url = element.dataset.areasUrl;
  if (!url) return;
  let have = 0;
  map.on("zoomend", () => {
    const wanted = FINER.filter((step) => map.getZoom() >= step).length;
    if (wanted <= have) return;
    have = wanted;
    const target = new URL(url, location.href);
    target.searchParams.set("zoom", String(FINER[wanted - 1]));
    void fetchAreas(target.href).then((areas) => {
      if (!areas.features.length || have > wanted) return;
      shown.areas = areas;
      if (element.dataset.valuesUrl) void showValues(map, element, shown);
      else setAreas(map, areas);
    });
  });
}

function setAreas(map: MapLibre, areas: FeatureCollection): void {
  const source = map.getSource("areas");
  if (source && "setData" in source) (source as { setData(data: FeatureCollection): void }).setData(areas);
}

function pointOf(marker: Marker): Pick {
  const { lat, lng } = marker.getLngLat();
  return { latitude: lat, longitude: lng };
}

async function fetchAreas(url: string | undefined): Promise<FeatureCollection> {
  if (!url) return EMPTY;
  const answer = await fetch(url);
  return answer.ok ? ((await answer.json()) as FeatureCollection) : EMPTY;
}

async function styleOf(element: HTMLElement, areas: FeatureCollection): Promise<StyleSpecification> {
  const base = baseLayers(element.dataset.baseMap ?? "");
  return {
    version: 8,
    sources: { ...base.sources, areas: { type: "geojson", data: areas, promoteId: "code" } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colourOf("base-200") } },
      ...base.layers,
      {
        id: "areas",
        type: "fill",
        source: "areas",
        paint: { "fill-color": colourOf("base-100"), "fill-opacity": base.layers.length ? 0.15 : 1 },
      },
      {
        id: "area-edges",
        type: "line",
        source: "areas",
        paint: { "line-color": colourOf("edge"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 13, 1.5], "line-opacity": 0.6 },
      },
    ],
  };
}

function startOf(element: HTMLElement, areas: FeatureCollection) {
  const [longitude, latitude] = (element.dataset.center ?? "").split(",").map(Number);
  if (longitude && latitude) return { center: [longitude, latitude] as [number, number], zoom: Number(element.dataset.zoom ?? 10) };
  const bounds = boundsOf(areas);
  return bounds ? { bounds, fitBoundsOptions: { padding: PADDING } } : { center: [106.2, 21.3] as [number, number], zoom: 9 };
}

function boundsOf(areas: FeatureCollection): LngLatBounds | undefined {
  const bounds = new LngLatBounds();
  const visit = (part: Position | unknown[]): void => {
    if (typeof part[0] === "number") bounds.extend(part as [number, number]);
    else for (const inner of part as unknown[][]) visit(inner);
  };
  for (const { geometry } of areas.features) if (geometry && "coordinates" in geometry) visit(geometry.coordinates);
  return bounds.isEmpty() ? undefined : bounds;
}

/** Keeps the map in the colours of the page when the theme changes. */
function repaintWithTheme(map: MapLibre, element: HTMLElement, shown: Outlines): void {
  const repaint = (): void => {
    if (!element.isConnected || element.dataset.rows) return;
    map.setPaintProperty("ground", "background-color", colourOf("base-200"));
    map.setPaintProperty("area-edges", "line-color", colourOf("edge"));
    if (element.dataset.valuesUrl) void showValues(map, element, shown);
    else map.setPaintProperty("areas", "fill-color", colourOf("base-100"));
  };
  document.addEventListener("themechange", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

/** Reports in the part that is seen: counts for clusters, pins for single ones; asked again after each move. */
function showPoints(map: MapLibre, url: string): void {
  let shown: Marker[] = [];
  let running: AbortController | undefined;
  const ask = async (): Promise<void> => {
    running?.abort();
    running = new AbortController();
    const target = new URL(url, location.href);
    const box = map.getBounds();
    target.searchParams.set("bbox", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(5)).join(","));
    target.searchParams.set("zoom", map.getZoom().toFixed(1));
    try {
      const answer = await fetch(target, { signal: running.signal });
      if (!answer.ok) return;
      const points = (await answer.json()) as FeatureCollection<Point, Properties>;
      for (const marker of shown) marker.remove();
      shown = points.features.map((feature) => markerOf(map, feature));
    } catch (reason) {
      if (!(reason instanceof DOMException && reason.name === "AbortError")) console.warn("map points", reason);
    }
  };
  map.on("moveend", () => void ask());
  void ask();
}

function markerOf(map: MapLibre, { geometry, properties }: Feature<Point, Properties>): Marker {
  const at = geometry.coordinates as [number, number];
  const many = (properties.count ?? 1) > 1;
  const element = document.createElement("button");
  element.type = "button";
  element.className = many ? "map-count" : "map-pin";
  if (many) {
    element.textContent = String(properties.count);
    element.setAttribute("aria-label", `${properties.count} ${word("map-cluster")}`);
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      map.easeTo({ center: at, zoom: Math.min(map.getZoom() + 2, 18) });
    });
    return new Marker({ element }).setLngLat(at).addTo(map);
  }
  element.dataset.tone = properties.tone ?? "primary";
  element.setAttribute("aria-label", [properties.title, properties.state].filter(Boolean).join(", "));
  const popup = new Popup({ offset: 14, maxWidth: "18rem" }).setDOMContent(cardOf(properties));
  return new Marker({ element }).setLngLat(at).setPopup(popup).addTo(map);
}

function cardOf({ code, title, state, url }: Properties): HTMLElement {
  const card = document.createElement("div");
  const add = (text: string | undefined, css: string): void => {
    if (!text) return;
    const line = document.createElement("div");
    line.className = css;
    line.textContent = text;
    card.append(line);
  };
  add(title, "font-medium leading-5 text-sm pr-4");
  add([state, code].filter(Boolean).join(" · "), "mt-1 text-xs text-secondary num");
  if (url) {
    const link = document.createElement("a");
    link.className = "btn btn-sm btn-primary mt-2";
    link.href = url;
    link.textContent = word("map-open");
    card.append(link);
  }
  return card;
}

/** Colours the areas by a figure and hangs a legend and a popup on them. */
async function showValues(map: MapLibre, element: HTMLElement, { areas }: Outlines): Promise<void> {
  const answer = await fetch(element.dataset.valuesUrl ?? "");
  if (!answer.ok) return;
  const values = (await answer.json()) as Values;
  const colours = scaleOf(values.steps.length + 1);
  const steps = values.steps.flatMap((step, index) => [step, colours[index + 1] ?? ""]);
  const known: ExpressionSpecification = ["has", "value"];
  const scale = ["step", ["get", "value"], colours[0] ?? "", ...steps] as ExpressionSpecification;
  const colour: ExpressionSpecification = ["case", known, scale, colourOf("base-300")];
  const features = areas.features.map((feature) => {
    const value = values.values[String(feature.properties?.code)];
    return value === null || value === undefined ? feature : { ...feature, properties: { ...feature.properties, value } };
  });
  setAreas(map, { ...areas, features });
  map.setPaintProperty("areas", "fill-color", colour);
  map.setPaintProperty("areas", "fill-opacity", 1);
  map.setPaintProperty("area-edges", "line-color", colourOf("base-100"));
  map.setPaintProperty("area-edges", "line-opacity", 1);
  if (element.querySelector("[data-legend]")) return;
  element.append(legend(values, colours));
  map.on("click", "areas", ({ lngLat, features: hit }) => {
    const { code, name, value } = (hit?.[0]?.properties ?? {}) as { code?: string; name?: string; value?: number };
    const figure = value === undefined ? word("map-empty") : `${value.toLocaleString(document.documentElement.lang)} ${values.unit ?? ""}`;
    const url = values.url && code ? values.url.replace("{code}", encodeURIComponent(code)) : "";
    new Popup({ maxWidth: "16rem" }).setLngLat(lngLat).setDOMContent(cardOf({ title: name ?? "", state: figure, url })).addTo(map);
  });
}
