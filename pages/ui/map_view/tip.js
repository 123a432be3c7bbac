// Carries one question at a time, "what does this row say?", to Python and the answer to the map.
// A component of its own, so that pointing at a record reruns a fragment of three lines only.

export default function ({ data, setTriggerValue }) {
  shared.askers.set(data.key, (row) => setTriggerValue("row", row));
  if (data.row !== null) shared.maps.get(data.key)?.takeText(data.coordinates, data.row, data.text);
}
