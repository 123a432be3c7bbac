// The component itself: Streamlit calls this on mounting and at every change of data or theme.

const mounted = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".map");
  const fail = (error) => {
    root.dataset.state = "failed";
    root.querySelector(".message").textContent = `The map could not be drawn: ${error.message}.`;
  };
  try {
    let map = mounted.get(parentElement);
    if (!map) {
      map = new ScatterMap(root);
      mounted.set(parentElement, map);
      listen(map);
    }
    map.send = setTriggerValue;
    map.apply(data).catch(fail);
    showTools(map);
  } catch (error) {
    fail(error);
  }
  return () => {
    mounted.get(parentElement)?.free();
    mounted.delete(parentElement);
  };
}
