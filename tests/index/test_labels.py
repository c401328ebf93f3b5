"""What is a speaker label and what only looks like one, by :mod:`index.labels`."""

from __future__ import annotations

import pytest

from index.labelling import accept
from index.labels import Label, Strength, candidate, mark_of, name_of
from index.turns import split_lines


def candidate_of(words: str) -> Label | None:
    return candidate(words, split_lines(words)[0])


def labels_of(text: str) -> list[str]:
    """The accepted labels of a document, in order."""
    return [label.text for _, label in sorted(accept(text, split_lines(text)).items())]


class TestCandidate:
    @pytest.mark.parametrize(
        ("line", "label", "content"),
        [
            ("James Franey, euronews: What’s your vision?", "James Franey, euronews", "What’s your vision?"),
            ("Jens Stoltenberg, NATO Secretary General: To act.", "Jens Stoltenberg, NATO Secretary General", "To act."),
            ("Marit Osterhaven, mayor of Varnholm: At home.", "Marit Osterhaven, mayor of Varnholm", "At home."),
            ("Jens Stoltenberg: To act.", "Jens Stoltenberg", "To act."),
            ("The Skerry Post: Why?", "The Skerry Post", "Why?"),
            ("60 Minutes: Why?", "60 Minutes", "Why?"),
            ("Ursula von der Leyen: Ja.", "Ursula von der Leyen", "Ja."),
            ("José María Aznar López: Sí.", "José María Aznar López", "Sí."),
            ("Jean-Claude O’Brien: Oui.", "Jean-Claude O’Brien", "Oui."),
            ("Robert F. Kennedy Jr.: Yes.", "Robert F. Kennedy Jr.", "Yes."),
            ("Dr. Martin Luther King, Jr.: Yes.", "Dr. Martin Luther King, Jr.", "Yes."),
            ("Наталья Петрова: Да.", "Наталья Петрова", "Да."),
            ("PRESIDENT PUTIN (as interpreted): Thanks.", "PRESIDENT PUTIN (as interpreted)", "Thanks."),
            ("THE PRESIDENT:  Thank you.", "THE PRESIDENT", "Thank you."),
            ("MR. SMITH: Objection.", "MR. SMITH", "Objection."),
            ("Mr. Smith: Yes.", "Mr. Smith", "Yes."),
            ("> Nadia Brandt: Hello.", "Nadia Brandt", "Hello."),
            ("Nadia   Brandt : “Hello.”", "Nadia Brandt", "“Hello.”"),
            ("Ann Lee (00:01:23): Hello.", "Ann Lee", "Hello."),
            ("[1:02] Ann Lee: Hello.", "Ann Lee", "Hello."),
            ("ANN LEE:", "ANN LEE", ""),
        ],
    )
    def test_name(self, line: str, label: str, content: str) -> None:
        """A name before a colon is the label as written, and its content starts after the blanks."""
        found = candidate_of(line)
        assert found is not None
        assert (found.text, line[found.content :]) == (label, content)
        assert found.strength is Strength.NAME
        assert found.has_colon

    @pytest.mark.parametrize("line", ["euronews: Why?", "Osterhaven: Yes.", "MSM: Well.", "O'Brien: Yes.", "王小明：你好"])
    def test_lone_word(self, line: str) -> None:
        """One word before a colon is a candidate that its form alone can't confirm."""
        found = candidate_of(line)
        assert found is not None
        assert found.strength is Strength.WORD

    @pytest.mark.parametrize(
        ("line", "label", "content"),
        [
            ("Q: Why?", "Q", "Why?"),
            ("A: Because.", "A", "Because."),
            ("Q:Why?", "Q", "Why?"),
            ("Q. Why?", "Q", "Why?"),
            ("A.  Because.", "A", "Because."),
            ("Q    Why?", "Q", "Why?"),
            ("A    because.", "A", "because."),
            ("Q\u00a0Why?", "Q", "Why?"),
            ("**Q:** Why?", "Q", "Why?"),
            ("Interviewer: Why?", "Interviewer", "Why?"),
            ("Interviewer 2: Why?", "Interviewer 2", "Why?"),
            ("Frage 12: Warum?", "Frage 12", "Warum?"),
            ("Antwort: Darum.", "Antwort", "Darum."),
            ("Speaker 2: Hello.", "Speaker 2", "Hello."),
            ("SPEAKER_01: Hello.", "SPEAKER_01", "Hello."),
            ("Speaker 1 (00:03): Hello.", "Speaker 1", "Hello."),
        ],
    )
    def test_mark(self, line: str, label: str, content: str) -> None:
        """A mark of a question, an answer or a numbered speaker needs nothing more than its form."""
        found = candidate_of(line)
        assert found is not None
        assert (found.text, line[found.content :], found.strength) == (label, content, Strength.MARK)

    @pytest.mark.parametrize(
        "line",
        [
            "**Nadia Brandt:** Why?",
            "**Nadia Brandt**: Why?",
            "__Nadia Brandt:__ Why?",
            "*Nadia Brandt:* Why?",
            "***Nadia Brandt***: Why?",
        ],
    )
    def test_emphasis(self, line: str) -> None:
        """Emphasis around a name is markup, belongs neither to label nor to content, and is remembered."""
        found = candidate_of(line)
        assert found is not None
        assert (found.text, line[found.content :], found.is_marked_up) == ("Nadia Brandt", "Why?", True)

    @pytest.mark.parametrize(
        "line",
        [
            "One thing: never again.",
            "I said this: never.",
            "What I mean is: no.",
            "There are two reasons: money and time.",
            "He told me: go.",
            "My answer: no.",
            "And so: onward.",
            "'Running out': NATO head urges allies",
            "“Never again”: minister urges ban",
            "Pension reform: labour minister faces protests",
            "Wolf seen on Sund Bridge: police ask drivers",
            "12:30 we met.",
            "At 12:30: we met.",
            "5: five",
            "https://example.org/a",
            "http://example.org/a: b",
            "Note: this was edited.",
            "Editor’s note: This was edited.",
            "Photo: Ellen Stoor",
            "Date: 3 May",
            "Location: Valparaíso",
            "Warning: this is graphic.",
            "Remember: be kind.",
            "Chapter 1: Beginnings",
            "Name:text without a blank",
            "NASA:founded in 1958",
            "A man came in.",
            "A    ",
            "Q4 results were good.",
            "Q&A",
            "(Laughter.)",
            "no colon here",
            "Ann Lee, who was there and has seen it: nothing.",
            "Ann Bo Cy Di Ed Flo Gus: seven names",
            f"{'Ann ' * 30}: longer than any label",
        ],
    )
    def test_not_a_label(self, line: str) -> None:
        """A sentence, a headline, a time, an address and a page's own words with a colon are no candidates."""
        assert candidate_of(line) is None


class TestAccept:
    def test_every_form_of_one_interview(self) -> None:
        """Full label, short label and outlet of one interview are all accepted."""
        text = (
            "James Roe, dailywire: Why?\n\nMarit Ost, mayor of Varn: Because.\n\n"
            "dailywire: When?\n\nOst: Then.\n\ndailywire: Where?\n\nOst: There."
        )
        assert labels_of(text) == [
            "James Roe, dailywire",
            "Marit Ost, mayor of Varn",
            "dailywire",
            "Ost",
            "dailywire",
            "Ost",
        ]

    def test_short_form_that_replies_on_the_next_line(self) -> None:
        """A short form seen once is a label also under the line that it replies to: else the asker would get the answer."""
        text = (
            "Harbour Weekly: Why did you close the quay?\nTove Alnes, harbour master: Because it sank.\n\n"
            "Harbour Weekly: Who paid for the divers?\nAlnes: The insurer did."
        )
        assert labels_of(text) == ["Harbour Weekly", "Tove Alnes, harbour master", "Harbour Weekly", "Alnes"]

    def test_short_form_seen_once(self) -> None:
        """A surname and an outlet that are seen once alone belong to the full labels before them."""
        text = "James Roe, dailywire: Why?\n\nBo Ray: So.\n\ndailywire: When?\n\nRay: Then.\n\nJames Roe, dailywire: I see."
        assert labels_of(text) == ["James Roe, dailywire", "Bo Ray", "dailywire", "Ray", "James Roe, dailywire"]

    def test_lone_word_comes_back(self) -> None:
        """A lone word is a label where it comes back and somebody else speaks too."""
        assert labels_of("Anna: Why?\n\nBo: So.\n\nAnna: When?\n\nBo: Then.") == ["Anna", "Bo", "Anna", "Bo"]

    def test_lone_word_seen_once(self) -> None:
        """A lone word that is seen once among other people's labels is no label."""
        text = "Anna: Why?\n\nBo: So.\n\nFreedom: That is what I mean.\n\nAnna: When?\n\nBo: Then."
        assert labels_of(text) == ["Anna", "Bo", "Anna", "Bo"]

    def test_lone_word_twice_where_nobody_speaks(self) -> None:
        """A word that opens two lines of an article makes no speaker of it, though another opens one."""
        article = "Brexit: The vote is near.\n\nNobody knows.\n\nBrexit: The vote is over."
        assert labels_of(article) == []
        assert labels_of(f"{article}\n\nTaxes: They go up.") == []

    def test_two_people_once_each(self) -> None:
        """A single question and its answer are an interview."""
        assert labels_of("Ann Lee: When was it?\n\nBo Ray: It was at night.") == ["Ann Lee", "Bo Ray"]

    def test_headlines_are_no_interview(self) -> None:
        """Names before colons that neither ask nor answer stay headlines."""
        assert labels_of("Ann Lee: Boats for all\n\nBo Ray: Back from the sea\n\nSome text follows here.") == []

    def test_new_name_among_labels(self) -> None:
        """A full name that is seen once at the start of a paragraph among labels is one of them."""
        text = "Ann Lee: Why?\n\nBo Ray: So.\n\nCy Dow: I agree.\n\nAnn Lee: Thanks.\n\nBo Ray: Bye."
        assert labels_of(text) == ["Ann Lee", "Bo Ray", "Cy Dow", "Ann Lee", "Bo Ray"]

    def test_new_name_where_turns_are_lines(self) -> None:
        """Where turns follow each other without a blank line, a name that is seen once is a label too."""
        text = "Ann Lee: Why?\nBo Ray: So.\nCy Dow: I agree.\nAnn Lee: Thanks.\nBo Ray: Bye."
        assert labels_of(text) == ["Ann Lee", "Bo Ray", "Cy Dow", "Ann Lee", "Bo Ray"]

    def test_wrapped_line_is_no_label(self) -> None:
        """A name with a colon that a line break happened to put first stays in its sentence."""
        text = "Ann Lee: Why?\n\nBo Ray: I wrote to\nCy Dow: Please come.\n\nAnn Lee: And?\n\nBo Ray: He came."
        assert labels_of(text) == ["Ann Lee", "Bo Ray", "Ann Lee", "Bo Ray"]

    def test_missing_colon(self) -> None:
        """A known label of two or more words is one without its colon too; a title may follow it."""
        text = (
            "Ann Lee, The Post: Why?\n\nBo Ray, harbour master It was at night.\n\nAnn Lee, The Post: When?\n\n"
            "Bo Ray, harbour master: We left.\n\nAnn Lee, The Post Who was there?\n\nBo Ray: Me."
        )
        assert labels_of(text) == [
            "Ann Lee, The Post",
            "Bo Ray, harbour master",
            "Ann Lee, The Post",
            "Bo Ray, harbour master",
            "Ann Lee, The Post",
            "Bo Ray",
        ]

    def test_small_title_without_colon(self) -> None:
        """A title in small letters that only the first label has, without its colon, is part of the label."""
        text = "Ann Lee: Why?\n\nBo Ray, glaciologist I went north.\n\nAnn Lee: When?\n\nBo Ray: In June."
        assert labels_of(text) == ["Ann Lee", "Bo Ray, glaciologist", "Ann Lee", "Bo Ray"]

    def test_name_that_opens_a_sentence(self) -> None:
        """A sentence that begins with a speaker's name is not a label without its colon."""
        for sentence in ("Bo Ray was tired, he says.", "Bo Ray Senior went first."):
            text = f"Ann Lee: Why?\n\nBo Ray: So.\n\n{sentence}\n\nAnn Lee: When?\n\nBo Ray: Then."
            assert labels_of(text) == ["Ann Lee", "Bo Ray", "Ann Lee", "Bo Ray"]

    def test_bare_questions_with_named_answers(self) -> None:
        """``Q`` without a colon asks beside a labelled speaker."""
        text = "THE PRESIDENT:  Good day.\n\nQ    Why?\n\nTHE PRESIDENT:  So.\n\nQ    When?\n\nTHE PRESIDENT:  Then."
        assert labels_of(text) == ["THE PRESIDENT", "Q", "THE PRESIDENT", "Q", "THE PRESIDENT"]

    def test_list_in_an_answer(self) -> None:
        """``A.`` opens a list item, not an answer, where nothing asks."""
        text = "Ann Lee: Which?\n\nBo Ray: Three.\n\nA. Berlin comes first.\n\nB. Paris.\n\nAnn Lee: And?\n\nBo Ray: Rome."
        assert labels_of(text) == ["Ann Lee", "Bo Ray", "Ann Lee", "Bo Ray"]

    def test_court_transcript(self) -> None:
        """``Q.`` and ``A.`` lines and titled capitals stand beside each other."""
        text = "THE COURT: Proceed.\n\nMR. SMITH: Thank you.\n\nQ.  When?\n\nA.  At night.\n\nMR. SMITH: No more."
        assert labels_of(text) == ["THE COURT", "MR. SMITH", "Q", "A", "MR. SMITH"]

    def test_nothing(self) -> None:
        """Running text has no labels."""
        assert labels_of("I went down to the harbour. There was nobody.\n\nOne thing: I was alone.") == []


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("James Franey, euronews", "James Franey"),
        ("Reporter (Ida Brenning, Vestrin Radio)", "Reporter"),
        ("Emma [laughs]", "Emma"),
        ("Ann Lee", "Ann Lee"),
    ],
)
def test_name_of(label: str, name: str) -> None:
    """A label's name is what stands before title, outlet and brackets."""
    assert name_of(label) == name


@pytest.mark.parametrize(
    ("label", "mark"),
    [
        ("Q", "question"),
        ("Q.", "question"),
        ("Q3", "question"),
        ("Frage 2", "question"),
        ("Moderator", "question"),
        ("A", "answer"),
        ("Antwort", "answer"),
        ("Guest", "answer"),
        ("Anna", None),
        ("Quayle", None),
        ("Speaker 1", None),
    ],
)
def test_mark_of(label: str, mark: str | None) -> None:
    """Marks of questions and answers are told from names, with or without a number."""
    assert mark_of(label) == mark
