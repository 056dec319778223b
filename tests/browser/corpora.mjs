// Writes two corpora to report on: texts that try to break out of the page, and five thousand recommendations.
import { writeFileSync } from "node:fs";

const folder = process.argv[2];
const lines = (records) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

const hostile = [
  "<script>alert(1)</script> Reduce the cost of remittances.",
  "<img src=x onerror=alert(2)> Reduce the cost of remittances now.",
  "=HYPERLINK(\"http://evil.example\",\"Reduce the cost of remittances\")",
  "</script><svg onload=alert(3)> Reduce the cost of sending remittances.",
  "{{7*7}} ${alert(4)} Reduce what remittances cost. <!-- <script>",
];
writeFileSync(`${folder}/hostile.jsonl`, lines(hostile.map((text, at) => ({
  id: `h-${at}<b>`, agency: `<i>Agency</i> ${at % 3}"'`, text,
  section: "<h1>Section</h1>", marker: "</li>", lead_in: "<u>States should</u>:",
}))));

const verbs = ["Reduce", "Ratify", "Publish", "Train", "Fund", "Monitor", "Simplify", "Protect"];
const objects = [
  "remittance fees", "labour conventions", "migration data", "border guards", "rural clinics",
  "recruitment agencies", "visa procedures", "domestic workers", "school enrolment", "birth registration",
  "diaspora bonds", "consular services", "shelters for victims", "language courses", "climate plans",
];
const places = ["in cities", "at borders", "in rural areas", "for families", "for young people", "by 2030"];
const large = Array.from({ length: 5000 }, (_, at) => ({
  id: `L-${String(at).padStart(4, "0")}`,
  agency: `State ${String((at * 7919) % 150).padStart(3, "0")}`,
  text: `${verbs[at % 8]} ${objects[(at * 7) % 15]} ${places[(at * 11) % 6]}, ` +
    `together with ${objects[(at * 13 + 5) % 15]}, within ${1 + (at % 9)} years (case ${at}).`,
}));
writeFileSync(`${folder}/large.jsonl`, lines(large));
