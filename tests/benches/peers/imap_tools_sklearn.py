"""Sorting a mailbox as a competent user would do it with imap_tools and scikit-learn: mails fetched by five hundred,
classified together, and a keyword stored once for every class among them.

    fit DIR                                 trains on [[class, text]…] from standard input
    sort DIR PIPELINE PORT CA USER PASSWORD sorts INBOX; prints the seconds from the connection on
"""
import json, re, ssl, sys, time
from html import unescape

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

BATCH = 500
KEYWORDS = {"application": "script-antrag", "inquiry": "script-rueckfrage", "other": "script-sonstiges"}


def pipelines():
    words = lambda: TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    regression = lambda: LogisticRegression(C=20, max_iter=200)
    yield "words", make_pipeline(words(), regression())
    yield "full", make_pipeline(make_union(words(), chars), regression())


def fit(folder):
    examples = json.load(sys.stdin)
    for name, pipeline in pipelines():
        pipeline.fit([text for _, text in examples], [label for label, _ in examples])
        joblib.dump(pipeline, f"{folder}/{name}")


def text_of(message):
    body = message.text or unescape(re.sub(r"<[^>]*>", " ", message.html))
    files = " ".join(attachment.filename for attachment in message.attachments)
    return f"{message.subject}\n{body}\n{files}"


def sort(folder, name, port, authority, user, password):
    from imap_tools import MailBox

    pipeline = joblib.load(f"{folder}/{name}")
    start = time.perf_counter()
    context = ssl.create_default_context(cafile=authority)
    with MailBox("localhost", int(port), ssl_context=context).login(user, password) as mailbox:
        uids, texts = [], []

        def flush():
            guesses = pipeline.predict(texts) if texts else []
            for label, keyword in KEYWORDS.items():
                if chosen := [uid for uid, guess in zip(uids, guesses) if guess == label]:
                    mailbox.client.uid("STORE", ",".join(chosen), "+FLAGS.SILENT", f"({keyword})")
            uids.clear(), texts.clear()

        for message in mailbox.fetch("ALL", mark_seen=False, bulk=BATCH):
            uids.append(message.uid)
            texts.append(text_of(message))
            if len(uids) == BATCH:
                flush()
        flush()
    print(time.perf_counter() - start)


{"fit": fit, "sort": sort}[sys.argv[1]](*sys.argv[2:])
