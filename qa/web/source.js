// What the page of a source can do besides being read: find words, go from passage to passage, play the recording, copy a link.
// Nothing here changes the transcript: matches are painted by the browser over the text as it is.

const $ = (id) => document.getElementById(id);
const transcript = $("transcript");
const MOST = 100_000; // matches that are counted
const PAINTED = 2000; // of those in sight: each costs time

function say(words) {
  $("said").textContent = words;
}

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, audio, video") !== null;
}

function show(element, range) {
  // Twice: turns out of sight have a guessed height until they are near.
  const bring = () => {
    const box = (range ?? element).getBoundingClientRect();
    const top = $("tools").getBoundingClientRect().height + 24;
    if (box.top < top || box.bottom > innerHeight - 24) scrollBy({ top: box.top - Math.max(top, innerHeight * 0.3) });
  };
  element.scrollIntoView({ block: "center" });
  requestAnimationFrame(() => { bring(); requestAnimationFrame(bring); });
}

// Folding: without case and accents; `at[n]` is where the n-th unit of the folded words came from.

const FOLDED = { "ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " " };

function fold(words) {
  if (/^[\x00-\x7f]*$/.test(words)) return { words: words.toLowerCase(), at: null };
  let out = "";
  const at = [];
  let place = 0;
  for (const sign of words) {
    const plain = sign.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    for (const letter of plain) {
      const folded = FOLDED[letter] ?? letter;
      out += folded;
      for (let n = 0; n < folded.length; n += 1) at.push(place);
    }
    place += sign.length;
  }
  at.push(place);
  return { words: out, at };
}

// The text of one block of words: its text nodes, end to end.
class Block {
  constructor(element) {
    this.element = element;
    this.turn = element.parentElement;
    this.nodes = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let length = 0; walker.nextNode(); ) {
      this.nodes.push({ node: walker.currentNode, start: length });
      length += walker.currentNode.data.length;
    }
    this.folded = fold(element.textContent);
  }

  // Where some folded words stand in the text, as pairs of its offsets.
  *matches(wanted) {
    const { words, at } = this.folded;
    for (let found = words.indexOf(wanted); found >= 0; found = words.indexOf(wanted, found + wanted.length)) {
      const end = found + wanted.length;
      yield at ? [at[found], this.after(at, end)] : [found, end];
    }
  }

  after(at, end) {
    // Accents that belong to the last letter, and a letter that folds to two, are taken whole.
    while (end < at.length - 1 && at[end] === at[end - 1]) end += 1;
    return at[end];
  }

  range([start, end]) {
    const range = new Range();
    const place = (offset, isEnd) => {
      const node = this.nodes.findLast((one) => (isEnd ? one.start < offset : one.start <= offset)) ?? this.nodes[0];
      return [node.node, offset - node.start];
    };
    range.setStart(...place(start, false));
    range.setEnd(...place(end, true));
    return range;
  }
}

class Finder {
  constructor() {
    this.blocks = null;
    this.found = [];
    this.now = -1;
    this.timer = 0;
    this.inSight = new Set();
    this.sight = new IntersectionObserver((changes) => this.noteSight(changes), { rootMargin: "50% 0px" });
    this.canPaint = "highlights" in CSS;
    $("find").hidden = false;
    $("words").addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), 120);
    });
    $("find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    $("find-previous").addEventListener("click", () => this.step(-1));
    $("words").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.step(-1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.clear();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "/") {
        event.preventDefault();
        $("words").focus();
        $("words").select();
      } else if (this.found.length && (event.key === "n" || event.key === "p")) this.step(event.key === "n" ? 1 : -1);
      else if (event.key === "Escape" && $("words").value) this.clear();
    });
  }

  look() {
    clearTimeout(this.timer);
    this.timer = 0;
    const wanted = fold($("words").value.normalize("NFC")).words;
    this.wanted = wanted;
    this.found = [];
    this.now = -1;
    this.isCut = false;
    if (wanted.trim()) {
      this.read();
      search: for (const block of this.blocks.values()) {
        for (const place of block.matches(wanted)) {
          if (this.found.length === MOST) {
            this.isCut = true;
            break search;
          }
          this.found.push({ place, block });
        }
      }
    }
    this.tell();
    if (this.found.length) this.go(this.first());
    else this.paint();
  }

  read() {
    if (this.blocks) return;
    this.blocks = new Map(Array.from(transcript.querySelectorAll(".words"), (element) => [element, new Block(element)]));
    for (const element of this.blocks.keys()) this.sight.observe(element);
  }

  noteSight(changes) {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) this.inSight.add(this.blocks.get(target));
      else this.inSight.delete(this.blocks.get(target));
    }
    this.paint();
  }

  first() {
    // The first match that is not above what the reader sees. The turn is asked where it is, and not the words in it: those of
    // a turn out of sight would have to be laid out first.
    const top = $("tools").getBoundingClientRect().bottom;
    const next = this.found.findIndex(({ block }) => block.turn.getBoundingClientRect().bottom > top);
    return Math.max(next, 0);
  }

  step(by) {
    if (this.timer) this.look();
    else if (this.found.length) this.go((this.now + by + this.found.length) % this.found.length);
  }

  go(number) {
    this.now = number;
    this.paint();
    this.tell();
    const { place, block } = this.found[number];
    show(block.element, block.range(place));
  }

  // Only what is in sight is painted: thousands of matches out of sight would make the browser lay all of it out.
  paint() {
    const chosen = this.found[this.now];
    const current = chosen?.block.range(chosen.place);
    if (this.canPaint) {
      const seen = this.found.length ? this.found.filter(({ block }) => this.inSight.has(block)).slice(0, PAINTED) : [];
      CSS.highlights.set("found", new Highlight(...seen.map(({ place, block }) => block.range(place))));
      const now = new Highlight(...(current ? [current] : []));
      now.priority = 1;
      CSS.highlights.set("found-now", now);
    } else if (current && document.activeElement !== $("words")) {
      getSelection().removeAllRanges();
      getSelection().addRange(current);
    }
  }

  tell() {
    const total = `${this.found.length}${this.isCut ? "+" : ""}`;
    const isAsked = Boolean(this.wanted?.trim());
    $("found").textContent = !isAsked ? "" : this.found.length ? `${this.now + 1} of ${total}` : "not found";
    $("find-previous").disabled = $("find-next").disabled = this.found.length === 0;
  }

  clear() {
    $("words").value = "";
    this.look();
  }
}

// The quote and the other passages of its answer, in the order in which they stand.
function goThroughPassages() {
  const marks = [...transcript.querySelectorAll("mark[id]")];
  if (marks.length < 2) return;
  let now = Math.max(marks.findIndex((mark) => mark.id === "quote"), 0);
  const tell = () => {
    $("hit").textContent = `Passage ${now + 1} of ${marks.length}`;
    marks.forEach((mark, number) => mark.classList.toggle("current", number === now));
  };
  const step = (by) => {
    now = (now + by + marks.length) % marks.length;
    tell();
    show(marks[now]);
    say(`Passage ${now + 1} of ${marks.length}`);
  };
  $("hit-previous").addEventListener("click", () => step(-1));
  $("hit-next").addEventListener("click", () => step(1));
  $("hits").hidden = false;
  tell();
}

function playFromTimes(media) {
  transcript.addEventListener("click", (event) => {
    const time = event.target.closest?.("a.time");
    if (!time || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const jump = () => { media.currentTime = Number(time.dataset.ms) / 1000; };
    if (media.readyState >= HTMLMediaElement.HAVE_METADATA) jump();
    else media.addEventListener("loadedmetadata", jump, { once: true });
    media.play().catch(() => say("The recording can't be played."));
  });
  media.addEventListener("error", () => say("The recording can't be loaded."));
}

function copyLink(button) {
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener("click", async () => {
    const link = new URL(location.href);
    link.hash = "quote";
    try {
      await navigator.clipboard.writeText(link.href);
      button.textContent = "Copied";
      say("The link is copied.");
    } catch {
      button.textContent = "Not allowed to copy";
    }
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}

new Finder();
goThroughPassages();
if ($("media")) playFromTimes($("media"));
if ($("copy") && navigator.clipboard) copyLink($("copy"));
if ($("quote") && (location.hash === "" || location.hash === "#quote")) show($("quote"));
