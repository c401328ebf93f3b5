// The list of documents: search, sort and pages; and where the server lets who has its key, files added and documents removed.
// Whatever comes from a document goes into the page as text.

import { DOES, counted, entry, make, path } from "./entry.js";
import { filesOf, upload } from "./upload.js";

const $ = (id) => document.getElementById(id);
const PER_PAGE = 50;
const KEY = "onrecord-key"; // for this tab only, and gone with it

const state = { q: "", sort: "-date", page: 0, access: "read_only", most: 0, key: sessionStorage.getItem(KEY) ?? "", asked: 0 };

function headers() {
  return state.key ? { Authorization: `Bearer ${state.key}` } : {};
}

async function problemOf(response) {
  try {
    return (await response.json()).detail ?? response.statusText;
  } catch {
    return `The server says ${response.status}.`;
  }
}

// The list

async function load() {
  const asked = (state.asked += 1);
  const query = new URLSearchParams({ q: state.q, sort: state.sort, offset: state.page * PER_PAGE, limit: PER_PAGE });
  try {
    const response = await fetch(`/v1/documents?${query}`, { headers: headers() });
    if (!response.ok) throw new Error(await problemOf(response));
    const found = await response.json();
    if (asked !== state.asked) return; // a later question is on its way
    if (!found.documents.length && found.total && state.page) {
      state.page = Math.ceil(found.total / PER_PAGE) - 1;
      return await load();
    }
    state.access = found.access;
    state.most = found.max_upload_bytes;
    showAccess();
    showList(found);
  } catch (error) {
    if (asked !== state.asked) return;
    $("count").textContent = `The list can't be loaded: ${error.message}`;
  }
}

function showList({ documents, total, offset }) {
  const options = { isRemovable: state.access === "writable", remove: confirmRemoval };
  $("list").replaceChildren(...documents.map((one) => entry(one, options)));
  const last = offset + documents.length;
  const range = total > documents.length && documents.length ? `, ${offset + 1}–${last} shown` : "";
  $("count").textContent = state.q ? `${counted(total, "document matches", "documents match")}${range}` : `${counted(total, "document", "documents")}${range}`;
  $("empty").hidden = documents.length > 0;
  if (!documents.length) $("empty").replaceChildren(...nothing());
  $("pages").hidden = total <= PER_PAGE;
  $("page").textContent = `Page ${state.page + 1} of ${Math.max(Math.ceil(total / PER_PAGE), 1)}`;
  $("previous").disabled = state.page === 0;
  $("next").disabled = last >= total;
  const query = new URLSearchParams();
  if (state.q) query.set("q", state.q);
  if (state.sort !== "-date") query.set("sort", state.sort);
  if (state.page) query.set("page", state.page + 1);
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

function nothing() {
  if (state.q) {
    const all = make("button", "Show all documents");
    all.type = "button";
    all.addEventListener("click", () => {
      $("query").value = "";
      search();
      $("query").focus();
    });
    return [make("p", "No document matches these words."), all];
  }
  const how = state.access === "read_only" ? "Index some interviews: onrecord index DIR" : "Add the first ones above.";
  return [make("p", "Nothing is indexed yet."), make("p", how, "quiet")];
}

function search() {
  state.q = $("query").value.trim();
  state.sort = $("sort").value;
  state.page = 0;
  load();
}

function turnTo(page) {
  state.page = page;
  load().then(() => $("count").scrollIntoView({ block: "center" }));
}

// The key

function showAccess() {
  $("read-only").hidden = state.access !== "read_only";
  $("add").hidden = state.access === "read_only";
  $("unlock").hidden = state.access !== "needs_key";
  $("writing").hidden = state.access !== "writable";
  if (state.access === "needs_key" && state.key) {
    $("key-told").textContent = "That is not the key of this server.";
    forget();
  }
}

function forget() {
  state.key = "";
  sessionStorage.removeItem(KEY);
}

$("unlock").addEventListener("submit", async (event) => {
  event.preventDefault();
  state.key = $("key").value.trim();
  $("key-told").textContent = "";
  if (!/^[\x21-\x7e]+$/.test(state.key)) {
    $("key-told").textContent = "That is not the key of this server.";
    return forget();
  }
  await load();
  if (state.access === "writable") {
    sessionStorage.setItem(KEY, state.key);
    $("key").value = "";
    $("choose").focus();
  } else $("key").select();
});

$("lock").addEventListener("click", async () => {
  forget();
  $("outcome").hidden = true;
  await load();
  $("key").focus();
});

// Adding

function send(files) {
  if (!files.length || state.access !== "writable" || !$("sending").hidden) return;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > state.most) {
    const most = `${Math.floor(state.most / 2 ** 20).toLocaleString("en")} MiB`;
    return showOutcome("Nothing was sent", [failure(counted(files.length, "file", "files"), `Together more than the ${most} that can be sent at once.`)]);
  }
  const stage = `Sending ${counted(files.length, "file", "files")} …`;
  $("outcome").hidden = true;
  $("sending").hidden = false;
  $("choose").disabled = true;
  tell(stage, 0, bytes);
  upload(files, headers(), {
    sent: (done, total) => (done < total ? tell(stage, done, total) : tell("Sent. Waiting for the indexer …")),
    progress: showProgress,
    end: finish,
  });
}

function tell(words, done, total) {
  if ($("stage").textContent !== words) $("stage").textContent = words;
  if (total) {
    $("progress").max = total;
    $("progress").value = done;
  } else $("progress").removeAttribute("value");
}

function showProgress({ stage, done, total, now, passages }) {
  if (stage === "waiting") tell("Waiting for the indexer …");
  else if (stage === "writing") tell(`Writing the index, ${counted(passages, "passage", "passages")} …`);
  else tell(`Reading ${now ?? "files"} (${done + 1} of ${total}) …`, done, total);
}

function finish({ report, problem }) {
  $("sending").hidden = true;
  $("choose").disabled = false;
  $("files").value = "";
  if (report) showReport(report);
  else showOutcome("Nothing was added", [failure("", problem ?? "The connection broke off. Look below whether the documents are there.")]);
  load();
}

function showReport({ indexed, failed, skipped, unchanged }) {
  const done = [indexed.length && `${indexed.length} added`, unchanged && `${unchanged} unchanged`, skipped.length && `${skipped.length} passed over`, failed.length && `${failed.length} failed`];
  const items = [
    ...failed.map(({ file, problem }) => failure(file, problem)),
    ...skipped.map(({ file, problem }) => failure(file, problem)),
    ...indexed.map(success),
  ];
  showOutcome(`${done.filter(Boolean).join(", ")}.`, items);
}

function success({ id, file, turns, passages, speakers }) {
  const item = make("li");
  const link = make("a", file);
  link.href = `/sources/${path(id)}`;
  const people = speakers.map(({ name, role }) => [name, DOES[role]].filter(Boolean).join(" ")).join(", ");
  item.append(link, make("span", `${counted(turns, "turn", "turns")}, ${counted(passages, "passage", "passages")} · ${people || "no speakers named"}`));
  return item;
}

function failure(file, problem) {
  const item = make("li", undefined, "failed");
  if (file) item.append(make("bdi", file));
  item.append(make("span", problem));
  return item;
}

function showOutcome(title, items) {
  const list = make("ul");
  list.append(...items);
  const told = make("p", title);
  told.setAttribute("role", "status");
  $("outcome").replaceChildren(told, list);
  $("outcome").hidden = false;
}

function carriesFiles(event) {
  return state.access === "writable" && event.dataTransfer?.types.includes("Files");
}

let over = 0; // a drag enters and leaves every element on its way
addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  over += 1;
  document.body.classList.add("dragging");
});
addEventListener("dragleave", () => {
  over = Math.max(over - 1, 0);
  if (!over) document.body.classList.remove("dragging");
});
addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); // else the browser leaves the page for the file
});
addEventListener("drop", async (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  over = 0;
  document.body.classList.remove("dragging");
  if (state.access === "writable") send(await filesOf(event.dataTransfer));
});
$("choose").addEventListener("click", () => $("files").click());
$("files").addEventListener("change", () => send([...$("files").files]));

// Removing

function confirmRemoval(one, item) {
  const dialog = $("confirm");
  $("confirm-name").textContent = one.title ?? one.id;
  dialog.returnValue = "cancel";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "remove") return item.querySelector(".remove").focus();
    const response = await fetch(`/v1/documents/${path(one.id)}`, { method: "DELETE", headers: headers() });
    if (response.ok) showOutcome("1 removed.", []);
    else showOutcome("Nothing was removed", [failure(one.id, await problemOf(response))]);
    await load();
    $("choose").focus();
  };
  dialog.showModal();
}

// Beginning

const given = new URLSearchParams(location.search);
state.q = $("query").value = given.get("q") ?? "";
if ([...$("sort").options].some(({ value }) => value === given.get("sort"))) state.sort = $("sort").value = given.get("sort");
else $("sort").value = state.sort;
state.page = Math.max(Number.parseInt(given.get("page") ?? "1", 10) - 1 || 0, 0);

let timer = 0;
$("query").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 200);
});
$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  search();
});
$("sort").addEventListener("change", search);
$("previous").addEventListener("click", () => turnTo(state.page - 1));
$("next").addEventListener("click", () => turnTo(state.page + 1));
load();
