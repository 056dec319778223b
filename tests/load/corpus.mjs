// Writes a corpus of N made-up recommendations, the same in every run. Usage: corpus.mjs N FOLDER
// One to twelve of 200 agencies speak of each subject, in 60 documents of 20 years.
import { mkdirSync, writeFileSync } from "node:fs";

const [n, folder] = [Number(process.argv[2]), process.argv[3]];
const THINGS = ("roads bridges wells schools clinics ports forests rivers markets courts prisons archives libraries " +
  "harbours railways vaccines taxes pensions wages visas permits borders shelters seeds fisheries mines dams grids").split(" ");
const DEEDS = "repair inspect fund close open measure publish train protect register review simplify monitor".split(" ");
const WAYS = ["in rural districts", "for young people", "with local partners", "before the next winter",
  "under the new law", "at regional level", "without further delay", "in all member States"];

// splitmix64, as in benches/made.
let state = 7n;
const mask = (1n << 64n) - 1n;
function below(limit) {
  state = (state + 0x9e3779b97f4a7c15n) & mask;
  let x = state;
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & mask;
  return Number((((x ^ (x >> 31n)) & mask) * BigInt(limit)) >> 64n);
}
const pick = (list) => list[below(list.length)];

const documents = Array.from({ length: 60 }, (_, at) => ({ id: `report-${at}`, year: 2005 + (at % 20) }));
const rows = [];
while (rows.length < n) {
  const [one, other] = [pick(THINGS), pick(THINGS)];
  const region = below(5000);
  for (let size = Math.min(1 + below(12), n - rows.length); size > 0; size -= 1) {
    rows.push({
      id: `R${String(rows.length).padStart(6, "0")}`,
      agency: `Agency ${below(200)}`,
      document: pick(documents).id,
      text: `States should ${pick(DEEDS)} the ${one} and ${other} of region ${region} ${pick(WAYS)}, ` +
        `and report on the ${pick(THINGS)} of year ${rows.length}.`,
    });
  }
}
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/recommendations.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
writeFileSync(`${folder}/corpus.toml`, `title = "Made for measuring"\n` + documents.map(({ id, year }) =>
  `\n[[documents]]\nid = "${id}"\ntitle = "Report ${id.slice(7)}"\nyear = ${year}\n`).join(""));
