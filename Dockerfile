# The program without a database of its own: see compose.yaml.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DTOOLKIT_DATA_DIR=/data

WORKDIR /program
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt
COPY . .

RUN useradd --system --uid 1000 --create-home dtoolkit \
    && mkdir /data \
    && chown dtoolkit: /data
USER dtoolkit
VOLUME /data
EXPOSE 19280

CMD ["python", "manage.py", "start", "--host", "0.0.0.0"]
