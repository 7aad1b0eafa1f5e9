// Searches beside the page, so that nothing on it ever waits.
import { search } from "./search.js";

onmessage = ({ data: { challenge, difficulty } }) => {
  let found = -1;
  for (let from = 0; found < 0; from += 65_536) found = search(challenge, difficulty, from, 65_536);
  postMessage(found);
};
