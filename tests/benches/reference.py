"""What others' pipelines cost and reach on the same mails, in one thread: scikit-learn (words 1-2 and char_wb 2-5,
TF-IDF, logistic regression), and fastText. Reads {"train": [[class, text]…], "test": […]} from standard input, prints
one line of JSON: microseconds a mail (best of three, batched, vectorising included) and macro-F1."""
import json, os, subprocess, sys, tempfile, time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline, make_union

data = json.load(sys.stdin)
train, test = data["train"], data["test"]
truth = [label for label, _ in test]
texts = [text for _, text in test]


def best(work):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return 1e6 * min(times) / len(texts), result


def scikit():
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    pipeline = make_pipeline(make_union(words, chars), LogisticRegression(C=20, max_iter=200))
    pipeline.fit([text for _, text in train], [label for label, _ in train])
    each, guesses = best(lambda: pipeline.predict(texts))
    return {"us": each, "macro_f1": f1_score(truth, guesses, average="macro")}


def fasttext():
    line = lambda text: " ".join(text.lower().split())
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        with open(path("train"), "w") as file:
            file.writelines(f"__label__{label} {line(text)}\n" for label, text in train)
        repeats = 20
        for name, times in (("one", 1), ("many", repeats)):
            with open(path(name), "w") as file:
                file.writelines(line(text) + "\n" for text in texts * times)
        options = "-thread 1 -epoch 25 -lr 0.5 -wordNgrams 2 -minn 2 -maxn 5 -dim 50 -seed 1 -verbose 0".split()
        command = ["fasttext", "supervised", "-input", path("train"), "-output", path("model"), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        predict = lambda name: subprocess.run(
            ["fasttext", "predict", path("model.bin"), path(name)], check=True, capture_output=True, text=True
        ).stdout.split()
        # Loading the model is taken out by the difference.
        one, guesses = best(lambda: predict("one"))
        many, _ = best(lambda: predict("many"))
    guesses = [guess.removeprefix("__label__") for guess in guesses]
    return {"us": (many - one) / (repeats - 1), "macro_f1": f1_score(truth, guesses, average="macro")}


print(json.dumps({"scikit-learn": scikit(), "fastText": fasttext(), "version": sklearn.__version__, "learnt": len(train)}))
