/** What the pages say in words: reasons, roles, how sure an answer is, how many there are. */

/** Why nothing was found: a heading, and what that means. `speakers` are those whose words were wanted. */
export function reasonWords(answer) {
  const whose = answer.filters?.speakers?.length ? listed(answer.filters.speakers) : 'that speaker';
  return (
    {
      nothing_on_record: ['Nothing on record.', 'No passage answers this well enough to be called an answer.'],
      only_in_question: ['Nothing on record.', 'It comes up only in what was asked or narrated, in nobody’s answer.'],
      other_speaker: [`Nothing on record from ${whose}.`, 'Somebody else did speak on it.'],
      unknown_speaker: ['Nobody of that name is on record.', 'No one who answers in these sources is called so.'],
      ambiguous_speaker: ['Several people can be meant.', 'Whose words do you want?'],
      empty_index: ['Nothing on record.', 'No interviews are indexed here yet.'],
    }[answer.reason] ?? ['Nothing on record.', '']
  );
}

const ROLES = { interviewer: 'asks', interviewee: 'interviewed', unknown: 'role not told' };

/** A role as it stands beside a name. */
export function roleWords(role) {
  return ROLES[role] ?? '';
}

/** How sure it is that the first passage answers, in a word. */
export function sureWords(confidence) {
  if (confidence >= 0.85) return 'Very likely an answer';
  if (confidence >= 0.6) return 'Likely an answer';
  return confidence >= 0.4 ? 'Perhaps an answer' : 'Possibly an answer';
}

/** "1 passage", "3 passages", "1,200 passages". */
export function counted(number, one, several = `${one}s`) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
}

/** "Ada", "Ada and Bo", "Ada, Bo and Cy". */
export function listed(words) {
  return new Intl.ListFormat('en-GB').format(words);
}

/** What is said aloud when an answer has come: short, since the cards can be read at leisure. */
export function announcement(answer) {
  if (!answer.found) return reasonWords(answer).join(' ');
  const { speaker } = answer.passages[0];
  return `${counted(answer.passages.length, 'passage')} found. First: ${speaker ?? 'a speaker whom the source doesn’t name'}.`;
}
