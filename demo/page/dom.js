// h makes an element. Text is set as text, never as HTML: all of it may come from outside.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// rememberFocus remembers which control has the focus before a dialog opens. The function that it returns is for the
// time after the dialog: the browser has then focused the control again, unless it was drawn anew meanwhile.
// In that case the control with the same key in the same place gets the focus, or the title when there is none.
export function rememberFocus() {
  const control = document.activeElement;
  const place = control?.parentElement?.closest("[id]")?.id;
  const key = control?.dataset.key;
  return () => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const drawnAnew = key && place && document.getElementById(place)?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (drawnAnew || document.getElementById("title")).focus();
  };
}

// redraw replaces the children of a place and keeps the focus on the control with the same key.
export function redraw(place, ...children) {
  const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (key) [...place.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key)?.focus();
}

// act sends an action of a person to the server. The answer has an error to show, or the requested options.
export async function act(what) {
  try {
    const answer = await fetch("act", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
    if (!answer.ok) return { error: await answer.text() };
    return await answer.json();
  } catch {
    return { error: "The demo does not answer. Is it still running in the terminal?" };
  }
}
