// The selects for microphone, headset and ring device, wherever they stand on the page.

import { byId, make, redraw, show } from "./dom.js";
import { toast } from "./toasts.js";

const selects = () => document.querySelectorAll("select[data-device]");

export function startDeviceChoice({ devices, ring }) {
  const draw = () => {
    for (const select of selects()) {
      const { device: name } = select.dataset;
      const list = devices.list(name);
      redraw(select, list, () => list.map(({ id, label }) => make("option", { value: id }, label)));
      select.value = devices.inUse(name).id;
      select.disabled = name !== "microphone" && !devices.canChooseOutput;
    }
  };
  for (const select of selects()) {
    select.addEventListener("change", () => devices.choose(select.dataset.device, select.value));
  }
  for (const event of ["list", "chosen"]) devices.addEventListener(event, draw);
  devices.addEventListener("swapped", ({ detail: { isBack, before, now } }) =>
    isBack
      ? toast(`${now} is back and is used again.`, "ok")
      : toast(`${before} is not there any more; ${now} is used now.`, "warn"),
  );
  const volume = byId("ring-volume");
  volume.value = 100 * ring.volume;
  volume.addEventListener("input", () => (ring.volume = volume.value / 100));
  show(byId("devices-hint"), !devices.canChooseOutput);
  draw();
}
