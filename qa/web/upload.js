// Files on their way to the server: what a drag brings, how much is sent, what the indexer tells of them. Knows no page.

// Sends files and calls `sent(done, total)`, `progress(data)` and in the end `end({ report })` or `end({ problem })`, the
// problem in words, or undefined when the connection broke off.
export function upload(files, headers, { sent, progress, end }) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  const request = new XMLHttpRequest(); // it tells how much was sent
  let read = 0;
  request.upload.addEventListener("progress", ({ loaded, total }) => sent(loaded, total));
  request.addEventListener("progress", () => {
    for (const { name, data } of events(request.responseText.slice(read))) if (name === "progress") progress(data);
    read = request.responseText.lastIndexOf("\n\n") + 2;
  });
  request.addEventListener("loadend", () => end(outcome(request)));
  request.open("POST", "/v1/documents");
  request.setRequestHeader("Accept", "text/event-stream");
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.send(form);
}

function outcome({ status, responseText }) {
  if (status === 200) {
    const last = events(responseText).findLast(({ name }) => name !== "progress");
    return last?.name === "report" ? { report: last.data } : { problem: last?.data.title };
  }
  try {
    return { problem: JSON.parse(responseText).detail };
  } catch {
    return {};
  }
}

function events(text) {
  return text.split("\n\n").filter((part) => part.includes("data: ")).flatMap((part) => {
    const name = /^event: (.*)$/m.exec(part)?.[1];
    const data = part.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
    try {
      return [{ name, data: JSON.parse(data) }];
    } catch {
      return []; // the rest of it is on its way
    }
  });
}

// The files of a drag; of a folder those in it, without the hidden ones.
export function filesOf(transfer) {
  // Folders come as items without bytes: their files are read one by one.
  const entries = Array.from(transfer.items ?? [], (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  return entries.some((one) => one.isDirectory) ? Promise.all(entries.map(filesUnder)).then((found) => found.flat()) : Promise.resolve([...transfer.files]);
}

async function filesUnder(one) {
  if (one.name.startsWith(".")) return [];
  if (one.isFile) return [await new Promise((done, failed) => one.file(done, failed))];
  const reader = one.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesUnder))).flat();
}
