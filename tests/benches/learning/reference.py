"""scikit-learn's pipeline for the class, fitted once on a folder of JSON lines: what its learning costs."""
import json, pathlib, sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

texts, labels = [], []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl")):
    for line in path.open():
        record = json.loads(line)
        texts.append("\n".join([record["subject"], record["body"], " ".join(record["attachments"])]))
        labels.append(record["class"])

words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
make_pipeline(make_union(words, chars), LogisticRegression(C=20, max_iter=200)).fit(texts, labels)
